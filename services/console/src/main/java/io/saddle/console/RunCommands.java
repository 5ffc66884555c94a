package io.saddle.console;

import io.saddle.binding.DiffusersModels;
import io.saddle.binding.SubmissionCheck;
import io.saddle.kafka.Publisher;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DesiredState;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.spec.Problem;
import io.saddle.spec.RunSpec;
import io.saddle.spec.RunSpecParser;
import io.saddle.spec.Submission;
import io.saddle.spec.Submissions;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;

/** The only writer of runs and constraints. A command is done when its record is durable. */
@ApplicationScoped
public class RunCommands {

    private static final int DURABLE_WITHIN_SECONDS = 30;

    private final TopicFeed feed;
    private final Publisher publisher;
    private final Clock clock;
    private final RunSpecParser parser = new RunSpecParser(new DiffusersModels());
    private final SubmissionCheck check = new SubmissionCheck();

    public RunCommands(TopicFeed feed, Publisher publisher, Clock clock) {
        this.feed = feed;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Takes up a new run.
     *
     * @param yaml the specification
     * @throws io.saddle.spec.InvalidRunSpecException with every mistake
     * @throws Refusal if the data do not fit, or a run of this name exists
     */
    synchronized TrainingRun submit(String yaml, String submittedBy) {
        RunSpec spec = parser.parse("run.yaml", yaml);
        List<Problem> problems = check.check(spec);
        if (!problems.isEmpty()) {
            throw Refusal.invalid("the run specification does not fit its data or network", problems);
        }
        if (feed.tables().run(spec.name()).isPresent()) {
            throw Refusal.conflict("a run '" + spec.name() + "' exists already; names are for ever, choose another");
        }
        Submission submission = new Submissions(parser, clock).submission(spec, submittedBy);
        for (ConstraintDefinition constraint : submission.constraints()) {
            write(
                    Topics.CONSTRAINTS,
                    Topics.constraintKey(constraint.getRunId(), constraint.getConstraintId()),
                    constraint);
            feed.tables().put(constraint);
        }
        // The run last: whoever sees it finds its constraints written.
        write(Topics.RUNS, submission.run().getRunId(), submission.run());
        feed.tables().put(submission.run());
        return submission.run();
    }

    /** Asks for another state of a run; asking twice for the same one writes nothing. */
    synchronized TrainingRun desire(String runId, DesiredState desired, String askedBy) {
        TrainingRun run = feed.tables().run(runId).orElseThrow(() -> Refusal.notFound(runId));
        RunPhase phase = feed.views().status(runId).map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
        boolean ended = phase == RunPhase.COMPLETED || phase == RunPhase.FAILED || phase == RunPhase.STOPPED;
        if (ended || (run.getDesiredState() == DesiredState.STOPPED && desired != DesiredState.STOPPED)) {
            throw Refusal.conflict("run '" + runId + "' has ended (" + phase + "); submit it under a new name");
        }
        if (run.getDesiredState() == desired) {
            return run;
        }
        TrainingRun next = TrainingRun.newBuilder(run)
                .setDesiredState(desired)
                .setRevision(run.getRevision() + 1)
                .setUpdatedAt(clock.instant())
                .setUpdatedBy(askedBy)
                .build();
        write(Topics.RUNS, runId, next);
        feed.tables().put(next);
        return next;
    }

    private <T extends SpecificRecord> void write(Topic<T> topic, String key, T value) {
        try {
            publisher.send(topic, key, value).get(DURABLE_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(topic.name() + ": the record of " + key + " could not be written", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
