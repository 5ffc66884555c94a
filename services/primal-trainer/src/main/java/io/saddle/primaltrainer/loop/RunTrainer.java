package io.saddle.primaltrainer.loop;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.ComputeDevice;
import io.saddle.diffusion.training.PrecisionChoice;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.kafka.TopicReader;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.LostCheckpointException;
import io.saddle.primaltrainer.checkpoint.RunStart;
import io.saddle.primaltrainer.journal.FileTrouble;
import io.saddle.primaltrainer.journal.RunJournal;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.journal.StatusLine;
import io.saddle.primaltrainer.journal.TrainerRecords;
import io.saddle.primaltrainer.multipliers.EstimateLog;
import io.saddle.primaltrainer.multipliers.MultiplierLog;
import io.saddle.primaltrainer.multipliers.MultiplierTraces;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.primaltrainer.ownership.RunClaim;
import io.saddle.primaltrainer.ownership.RunStatusTable;
import io.saddle.primaltrainer.ownership.RunTraining;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.run.RunTables;
import io.saddle.run.dual.JudgedModels;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.AlertKind;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one run, on a thread of its own: takes it up at its newest intact checkpoint, and leaves it completed, paused,
 * stopped, failed, or handed over for another trainer to go on.
 */
public final class RunTrainer implements RunTraining, Runnable {

    /** The surroundings that a run is trained in. */
    public record Environment(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            RunTables tables,
            RunStatusTable statuses,
            InputOffsets offsets,
            ArtifactStore artifacts,
            SelectedData data,
            DiffusersModels models,
            Clock clock,
            String worker,
            String build,
            int workers) {}

    private static final long LOOK_AGAIN_MILLIS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(RunTrainer.class);

    private final Environment env;
    private final String runId;
    private final Thread thread;
    private volatile boolean handover;
    private volatile End end = End.ORDERLY;

    public RunTrainer(Environment env, String runId) {
        this.env = env;
        this.runId = runId;
        // A thread of its own, started after the allocator is set up: libtorch's memory arenas belong to threads.
        this.thread = new Thread(null, this, "train-" + runId, 16 << 20);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public String runId() {
        return runId;
    }

    @Override
    public boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public End end() {
        return end;
    }

    @Override
    public void requestHandover() {
        handover = true;
    }

    @Override
    public void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    @Override
    public void run() {
        TrainerRecords records = new TrainerRecords(runId, env.worker(), env.build(), env.clock());
        Optional<RunStatus> before = env.statuses().of(runId);
        StatusLine status =
                new StatusLine(records, before.map(RunStatus::getCheckpoint).orElse(null));
        FileTrouble trouble = new FileTrouble(status, () -> !handover);
        try (RunJournal journal = new RunJournal(env.kafka(), env.serdes(), runId, trouble)) {
            try {
                runWith(journal, status, before);
            } catch (RunJournal.JournalClosedException e) {
                end = journal.isFenced() ? End.FENCED : End.FAILED;
                LOG.warn("training ends here: {}", e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            end = End.FAILED;
            LOG.error("{}: training ended", runId, e);
        }
    }

    private void runWith(RunJournal journal, StatusLine status, Optional<RunStatus> before) throws Exception {
        TrainingRun run = env.tables().run(runId).orElseThrow();
        TrainerRecords records = status.records();
        try {
            RunSpec spec = new RunSpecParser().fromJson(run.getSpec());
            RunModel model = RunModel.of(spec);
            long owner = RunClaim.take(journal, status, env.artifacts());
            KeptCheckpoint onRecord = before.map(RunStatus::getCheckpoint).orElse(null);
            train(spec, model, new RunOutput(spec, model, status, journal, env.artifacts(), owner), onRecord);
        } catch (LostCheckpointException e) {
            end = End.FAILED;
            LOG.error("{}: {}", runId, e.getMessage());
            switch (env.tables().run(runId).orElseThrow().getDesiredState()) {
                case STOPPED ->
                    journal.append(out -> status.say(out, asBefore(before).stopped()));
                case PAUSED ->
                    journal.append(out -> status.say(out, asBefore(before).paused(e.getMessage())));
                case RUNNING, UNKNOWN -> waitForCheckpoints(journal, status, before, e.getMessage());
            }
        } catch (IllegalArgumentException e) {
            LOG.error("{}: cannot train", runId, e);
            journal.append(out -> {
                status.say(out, status.standing().failed(e.getMessage()));
                out.send(
                        Topics.ALERTS,
                        runId,
                        records.alert(
                                AlertKind.OTHER,
                                Severity.ERROR,
                                "the run cannot be trained: " + e.getMessage(),
                                "correct the specification and submit it under a new name",
                                null));
            });
        } catch (RunJournal.JournalClosedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            end = End.FAILED;
            LOG.error("{}: training ended", runId, e);
            journal.append(out -> out.send(
                    Topics.ALERTS,
                    runId,
                    records.alert(
                            AlertKind.OTHER,
                            Severity.ERROR,
                            "training ended unexpectedly: " + e,
                            "it is taken up again from the newest checkpoint; the trainer's log has the reason",
                            null)));
        }
        journal.flush();
    }

    /** Said again at every try, but in one alert. */
    private void waitForCheckpoints(RunJournal journal, StatusLine status, Optional<RunStatus> before, String why)
            throws InterruptedException {
        journal.append(out -> {
            status.say(out, asBefore(before).but(why));
            if (before.map(RunStatus::getMessage).filter(why::equals).isEmpty()) {
                out.send(
                        Topics.ALERTS,
                        runId,
                        status.records()
                                .alert(
                                        AlertKind.DAMAGED_ARTIFACT,
                                        Severity.ERROR,
                                        why,
                                        "mount or bring back the artifact store (saddle.artifacts.root): the run goes on by"
                                                + " itself; to begin from scratch, submit it under a new name",
                                        null));
            }
        });
    }

    /** STARTING, at the steps that were done. */
    private static RunStanding asBefore(Optional<RunStatus> before) {
        return before.map(status -> new RunStanding(
                        RunPhase.STARTING,
                        status.getStep(),
                        status.getTotalSteps(),
                        status.getDualStep(),
                        status.getMessage(),
                        null))
                .orElse(RunStanding.STARTING);
    }

    private void train(RunSpec spec, RunModel model, RunOutput output, KeptCheckpoint onRecord)
            throws IOException, InterruptedException {
        Checkpoint start = RunStart.of(
                spec,
                model,
                env.models(),
                output.checkpoints(),
                onRecord,
                (name, wrong) -> reportDamage(output, name, wrong),
                () -> fastest(spec));
        Precision precision = RunModel.precision(spec, start.precision(), start::precision);
        RunInputs inputs = new RunInputs(
                new MultiplierLog(MultiplierVector.initial(spec)),
                new EstimateLog(),
                new MultiplierTraces(start.dualStep()),
                () -> env.offsets().of(runId));
        inputs.multipliers().forgetBefore(start.dualStep());
        try (TopicReader reader = reader(inputs, output.judged());
                RunConstraints constraints = new RunConstraints(
                        spec,
                        model,
                        runId,
                        env.tables(),
                        env.data(),
                        env.models(),
                        start.state().step());
                PrimalTraining training = new PrimalTraining(
                        model.trainingSettings(spec, precision, env.workers()), constraints.sources(), start.state())) {
            // The training has a copy.
            start.close();
            awaitPast(reader.start());
            RunControl control = () -> handover
                    ? RunControl.Wish.HAND_OVER
                    : RunControl.Wish.of(env.tables().run(runId).orElseThrow().getDesiredState());
            new PrimalLoop(spec, model, training, constraints, inputs, output, control, System::nanoTime).run(start);
        } finally {
            start.close();
        }
    }

    private Precision fastest(RunSpec spec) {
        PrecisionChoice choice =
                PrecisionChoice.on(new ComputeDevice(spec.training().device()));
        LOG.info("{}: precision auto is {}: {}", runId, choice.precision(), choice.reason());
        return choice.precision();
    }

    /** What was decided before this trainer took up the run decides what its steps were: nothing is trained before that is known. */
    private void awaitPast(TopicReader reader) throws InterruptedException {
        while (!reader.isCaughtUp() && !handover) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private TopicReader reader(RunInputs inputs, JudgedModels judged) {
        String groupId = "saddle-primal-trainer-multipliers-" + runId;
        return new TopicReader(env.kafka(), env.serdes(), groupId, env.deadLetters())
                .onlyPartition(RunPartitioner.partition(runId, Topics.MULTIPLIERS.partitions()))
                .on(Topics.MULTIPLIERS, received -> {
                    if (isOfThisRun(received)) {
                        inputs.traces().arrived(received);
                        inputs.multipliers().add(received.value());
                        judged.add(received.value());
                        env.offsets().read(runId, received);
                    }
                })
                .on(Topics.FID_SCORES, received -> {
                    if (isOfThisRun(received)) {
                        judged.add(received.value());
                    }
                })
                .on(Topics.LOSS_ESTIMATES, received -> {
                    if (isOfThisRun(received)) {
                        inputs.estimates().add(received.value());
                    }
                });
    }

    private boolean isOfThisRun(Received<?> received) {
        return runId.equals(received.key()) && received.value() != null;
    }

    private void reportDamage(RunOutput output, String name, String wrong) {
        try {
            output.alert(
                    AlertKind.DAMAGED_ARTIFACT,
                    Severity.WARNING,
                    "checkpoint " + name + " is damaged and was skipped: " + wrong,
                    "an older checkpoint is taken; check the disk under the artifact store",
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
