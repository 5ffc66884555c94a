package io.saddle.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.model.MemoryEstimate;
import io.saddle.model.SubmissionCheck;
import io.saddle.run.RunPhases;
import io.saddle.run.spec.DualStability;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunModelAddress;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import io.smallrye.faulttolerance.api.RateLimit;
import io.smallrye.faulttolerance.api.RateLimitException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The only writer of runs and constraints. A command is done when its record is durable. */
@ApplicationScoped
public class RunCommands {

    private final TopicFeed feed;
    private final RecordWriter records;
    private final SubmissionWriter submissions;
    private final Clock clock;
    private final RunSpecParser parser;
    private final SubmissionCheck check;
    private final ProjectGuard guard;

    public RunCommands(
            TopicFeed feed,
            RecordWriter records,
            SubmissionWriter submissions,
            Clock clock,
            RunSpecParser parser,
            SubmissionCheck check,
            ProjectGuard guard) {
        this.guard = guard;
        this.parser = parser;
        this.check = check;
        this.feed = feed;
        this.records = records;
        this.submissions = submissions;
        this.clock = clock;
    }

    /**
     * Looks for mistakes in a specification as {@link #submit} does, and takes nothing up.
     *
     * @param folder of its file, which relative paths are relative to; null: not known
     * @throws InvalidRunSpecException with every mistake
     * @throws Refusal if the data do not fit, or a run of this name exists
     */
    RunSpec check(String yaml, Path folder) {
        RunSpec spec = parser.parse("run.yaml", yaml, folder);
        List<Problem> problems = unfit(spec);
        if (!problems.isEmpty()) {
            throw Refusal.invalid("the run specification does not fit its data or network", problems);
        }
        requireNew(spec.name());
        return spec;
    }

    private void requireNew(String name) {
        if (feed.tables().isDeleted(name)) {
            throw Refusal.conflict("a run '" + name + "' was there and is deleted; names are for ever, choose another");
        }
        if (feed.tables().run(name).isPresent()) {
            throw Refusal.conflict("a run '" + name + "' exists already; names are for ever, choose another");
        }
    }

    /**
     * Every mistake in a specification whose name does not matter.
     *
     * @param knowsModel false where its network will be that of a model that is not there yet
     */
    List<Problem> problems(String yaml, boolean knowsModel) {
        try {
            RunSpec spec = parser.parse("run.yaml", yaml);
            return knowsModel ? unfit(spec) : check.checkWithoutModel(spec);
        } catch (InvalidRunSpecException e) {
            return e.problems();
        }
    }

    private List<Problem> unfit(RunSpec spec) {
        List<Problem> problems = new ArrayList<>(check.check(spec));
        // Of a network that cannot be, nobody can say how large it is.
        if (problems.stream().noneMatch(problem -> problem.path().equals("model"))) {
            tooLarge(spec).ifPresent(problems::add);
        }
        problems.addAll(deletedModels(spec));
        return problems;
    }

    private List<Problem> deletedModels(RunSpec spec) {
        List<Problem> problems = new ArrayList<>();
        deletedModel("initialModel", spec.initialModel()).ifPresent(problems::add);
        for (int i = 0; i < spec.constraints().size(); i++) {
            deletedModel(
                            "constraints[" + i + "].model",
                            spec.constraints().get(i).model())
                    .ifPresent(problems::add);
        }
        return problems;
    }

    /**
     * Why a run's model is none to begin with any more: what is on its way out can still be opened.
     *
     * @param model null where there is none
     */
    Optional<Problem> deletedModel(String place, RunSpec.InitialModel model) {
        return Optional.ofNullable(model)
                .flatMap(named -> RunModelAddress.of(named.folder()))
                .filter(address -> feed.tables().isDeleted(address.run()))
                .map(address -> new Problem(place, "the models of run '" + address.run() + "' are being deleted"));
    }

    /** Does something while nobody submits or changes a run. */
    synchronized <T> T undisturbed(Supplier<T> work) {
        return work.get();
    }

    /** The constraints that a run would begin with. */
    List<ConstraintDefinition> constraints(RunSpec spec) {
        return new Submissions(parser, clock).submission(spec, null).constraints();
    }

    /** Nothing is said as long as no trainer says what it can hold. */
    private Optional<Problem> tooLarge(RunSpec spec) {
        return feed.evaluators()
                .largest(Absences.TRAINER)
                .flatMap(trainer -> MemoryEstimate.tooLarge(
                                MemoryEstimate.trainingAtLeast(spec, trainer.getThreads()), trainer.getMemoryBytes())
                        .map(reason -> new Problem("model", reason)));
    }

    /**
     * Takes up a new run, with its constraints or not at all; so many in a minute, whoever asks, for each is checked against its data.
     *
     * @param yaml the specification
     * @param folder of its file, which relative paths are relative to; null: not known
     * @throws InvalidRunSpecException with every mistake
     * @throws Refusal if the data do not fit, or a run of this name exists
     * @throws RateLimitException if there were too many
     */
    @RateLimit(value = 120, window = 1, windowUnit = ChronoUnit.MINUTES)
    TrainingRun submit(String yaml, Path folder, String submittedBy) {
        // Models and data are read, from a store that may be slow: nobody who stops a run waits for that.
        RunSpec spec = check(yaml, folder);
        guard.letThrough(spec.labels());
        return undisturbed(() -> takeUp(spec, submittedBy));
    }

    private TrainingRun takeUp(RunSpec spec, String submittedBy) {
        requireNew(spec.name());
        List<Problem> gone = deletedModels(spec);
        if (!gone.isEmpty()) {
            throw Refusal.invalid("the run's models are going", gone);
        }
        Submission submission = new Submissions(parser, clock).submission(spec, submittedBy);
        TrainingRun run = submission.run();
        List<ConstraintDefinition> definitions = Stream.concat(
                        leftOver(submission).stream(),
                        submission.constraints().stream().map(this::overLeftOver))
                .toList();
        List<SubmissionWriter.Wanted<?>> wanted = new ArrayList<>();
        for (ConstraintDefinition definition : definitions) {
            String key = Topics.constraintKey(definition.getRunId(), definition.getConstraintId());
            wanted.add(new SubmissionWriter.Wanted<>(Topics.CONSTRAINTS, key, definition));
        }
        wanted.add(new SubmissionWriter.Wanted<>(Topics.RUNS, run.getRunId(), run));
        submissions.write(wanted, () -> {
            definitions.forEach(feed.tables()::put);
            feed.tables().put(run);
        });
        return run;
    }

    /**
     * Changes a run's dual settings while it trains; the next dual step uses them. The same ones again write nothing.
     *
     * @param changes keys of {@code dual} and their values
     * @param baseRevision the run's revision that the change was made for; null: whichever is newest
     * @throws InvalidRunSpecException with every mistake
     */
    synchronized TrainingRun setDual(String runId, JsonNode changes, Integer baseRevision, String askedBy) {
        TrainingRun run = going(runId);
        if (baseRevision != null && baseRevision != run.getRevision()) {
            throw Refusal.conflict("run '" + runId + "' is at revision " + run.getRevision()
                    + ", the change was made for " + baseRevision + "; look at it again");
        }
        RunSpec before = parser.fromJson(run.getSpec());
        RunSpec changed = parser.withDual(before, "dual", changes);
        if (changed.equals(before)) {
            return run;
        }
        List<Problem> swinging =
                DualStability.problems(changed.dual(), feed.tables().active(runId));
        if (!swinging.isEmpty()) {
            throw Refusal.invalid("the multipliers would not come to rest", swinging);
        }
        return put(revised(run, askedBy).setSpec(parser.toJson(changed)).build());
    }

    /** The run, if it has not ended, and whoever asks may change it. */
    TrainingRun going(String runId) {
        TrainingRun run = feed.run(runId);
        guard.letThrough(run);
        RunPhase phase = feed.views().phase(runId);
        if (RunPhases.isFinal(phase)) {
            throw Refusal.conflict("run '" + runId + "' has ended (" + phase + "); submit it under a new name");
        }
        return run;
    }

    /** Asks for another state of a run; asking twice for the same one writes nothing. */
    synchronized TrainingRun desire(String runId, DesiredState desired, String askedBy) {
        TrainingRun run = going(runId);
        if (run.getDesiredState() == DesiredState.STOPPED && desired != DesiredState.STOPPED) {
            throw Refusal.conflict("run '" + runId + "' was asked to stop; submit it under a new name");
        }
        if (run.getDesiredState() == desired) {
            return run;
        }
        return put(revised(run, askedBy).setDesiredState(desired).build());
    }

    /**
     * Changes how soon a run that waits gets a trainer; the same priority again writes nothing.
     *
     * @throws InvalidRunSpecException if it is none
     */
    synchronized TrainingRun prioritize(String runId, JsonNode priority, String askedBy) {
        TrainingRun run = going(runId);
        RunSpec changed = parser.withPriority(parser.fromJson(run.getSpec()), "priority", priority);
        if (changed.priority() == run.getPriority()) {
            return run;
        }
        return put(revised(run, askedBy)
                .setSpec(parser.toJson(changed))
                .setPriority(changed.priority())
                .build());
    }

    private TrainingRun.Builder revised(TrainingRun run, String askedBy) {
        return TrainingRun.newBuilder(run)
                .setRevision(run.getRevision() + 1)
                .setUpdatedAt(clock.instant())
                .setUpdatedBy(askedBy);
    }

    /**
     * The constraints that a submission to an earlier release wrote before it was cut off from its run, retired: readers that know
     * them must not go by their thresholds. Those that are submitted again are newer versions of theirs.
     */
    private List<ConstraintDefinition> leftOver(Submission submission) {
        Set<String> submitted = Set.copyOf(submission.run().getConstraintIds());
        ConstraintChange change = new ConstraintChange(
                submission.run().getUpdatedBy(), "left over from a submission that was cut off", clock.instant());
        return feed.tables().constraints(submission.run().getRunId()).stream()
                .filter(known -> !submitted.contains(known.getConstraintId()))
                .filter(known -> known.getState() != ConstraintState.RETIRED)
                .map(known -> change.retired(known, null))
                .toList();
    }

    /** A constraint of a new run; a newer version where one of its name was left over. */
    private ConstraintDefinition overLeftOver(ConstraintDefinition definition) {
        return feed.tables()
                .constraint(definition.getRunId(), definition.getConstraintId())
                .filter(known -> known.getVersion() >= definition.getVersion())
                .map(known -> new ConstraintChange(
                                definition.getUpdatedBy(), definition.getReason(), definition.getUpdatedAt())
                        .again(known, definition))
                .orElse(definition);
    }

    private TrainingRun put(TrainingRun run) {
        records.write(Topics.RUNS, run.getRunId(), run, () -> feed.tables().put(run));
        return run;
    }
}
