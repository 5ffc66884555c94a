package io.saddle.cli.verify;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.Version;
import io.saddle.diffusion.network.Precision;
import io.saddle.kafka.TopicHistory;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.model.training.Retraining;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.RunStatus;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Does steps of a run that has ended again. */
@Command(
        name = "verify",
        description = {
            "Does steps of a run that has ended again, from one kept checkpoint to the next, and says whether they come to the"
                    + " same bits; of a run with slots, every slot of a round and the merge. Kept models and the newest checkpoint"
                    + " are compared with what was said of them. The run's data and artifact store have to be within reach, and the"
                    + " machine has to be of the trainers' kind; steps of another build that come to other bits cannot be told. Exit code 1 if something is not as it was; what cannot be told"
                    + " is said, and is no failure."
        },
        footer = {
            "  ./saddle verify my-run",
            "  ./saddle verify my-run --count 5 --seed 7",
            "  ./saddle verify my-run --threads 8"
        })
public final class VerifyCommand extends KafkaCommand {

    @Parameters(paramLabel = "RUN", description = "The run.")
    private String runId;

    @Option(
            names = "--count",
            paramLabel = "K",
            defaultValue = "1",
            description =
                    "Stretches to do again, at random: from a checkpoint to the next (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--most-steps",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Stretches of more steps are left out (default: ${DEFAULT-VALUE}).")
    private long mostSteps;

    @Option(
            names = "--threads",
            description =
                    "saddle.trainer.threads of the trainers: another number sums in another order (default: what the"
                            + " steps' records say, and " + RunProof.USUAL_THREADS
                            + " where they are of a release that did not).")
    private Integer threads;

    @Option(names = "--seed", defaultValue = "0", description = "Of what is chosen (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) throws Exception {
        atLeast("--count", count, 1);
        atLeast("--most-steps", mostSteps, 1);
        if (threads != null) {
            atLeast("--threads", threads, 1);
        }
        kafka.requireRegistry();
        requireTopics(List.of(Topics.RUNS.name(), Topics.GRADIENT_SUMMARIES.name()));
        RunRecords records = RunRecords.read(new TopicHistory(kafka.connection(), kafka.serdes()), runId);
        records.deleted().ifPresent(since -> {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "run '" + runId + "' was deleted at " + since
                            + ": its models and checkpoints are gone, and nothing of it can be compared");
        });
        RunSpec spec = new RunSpecParser()
                .fromJson(records.run()
                        .orElseThrow(() -> new CommandException(
                                ExitCode.INVALID_INPUT,
                                "there is no run '" + runId + "'; './saddle run list' shows the runs"))
                        .getSpec());
        RunStatus status = records.status()
                .filter(last -> RunPhases.isFinal(last.getPhase()))
                .orElseThrow(() -> new CommandException(
                        ExitCode.INVALID_INPUT, "run '" + runId + "' has not ended: its checkpoints come and go"));
        int slots = spec.training().slotCount();
        ArtifactStore store = ArtifactStores.open(kafka.settings().artifacts());
        Precision precision = precision(spec, status);
        SelectedData data = new SelectedData(new ImageSets(store, DataRoots.ANYWHERE));
        DiffusersModels models = new DiffusersModels(store, DataRoots.ANYWHERE);
        RunProof proof = new RunProof(
                records,
                store,
                runId,
                slots,
                Version.current(),
                threads == null ? OptionalInt.empty() : OptionalInt.of(threads),
                (from, steps, workers) -> new Retraining(spec, precision, workers, data, models).of(from, steps));
        proof.checkModels();
        proof.checkNewest();
        int untold = proof.unknown().size();
        List<RunProof.Stretch> stretches =
                proof.stretches(seed, slots == 1 ? mostSteps : spec.dual().primalSteps());
        boolean areAllTaken = proof.unknown().size() == untold;
        int done = 0;
        for (RunProof.Stretch stretch : stretches) {
            if (done++ == count) {
                break;
            }
            out.println("does " + stretch + " again");
            out.flush();
            proof.check(stretch);
        }
        proof.good().forEach(out::println);
        proof.unknown().forEach(line -> out.println("cannot be told: " + line));
        if (done == 0) {
            out.println(
                    areAllTaken
                            ? "no steps can be done again: the run has kept fewer than two checkpoints that follow each other"
                                    + " (checkpoints.keep)"
                            : "no steps were done again");
        }
        if (!proof.bad().isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "run '" + runId + "' is not as it was:" + System.lineSeparator()
                            + String.join(System.lineSeparator(), proof.bad()) + System.lineSeparator()
                            + "(steps of another kind of machine may differ so, and those of a release that did not name its build)");
        }
        return ExitCode.OK;
    }

    private static Precision precision(RunSpec spec, RunStatus status) {
        Precision recorded = status.getPrecision() == null
                ? null
                : Precision.valueOf(status.getPrecision().toUpperCase(Locale.ROOT));
        return RunModel.precision(spec, recorded, () -> {
            throw new CommandException(
                    ExitCode.INVALID_INPUT, "the run's status does not say in which precision it was trained");
        });
    }
}
