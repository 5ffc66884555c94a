package io.saddle.cli.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.KafkaSettings;
import io.saddle.run.JudgingTime;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Carries a run's points from its topics to a tracker, and says how far it is. */
public final class Tracking {

    /** Points are written once there are so many, or after so long. */
    private static final int AT_ONCE = 5000;

    private static final Duration AT_LATEST = Duration.ofSeconds(2);
    private static final Duration LINE_EVERY = Duration.ofSeconds(5);
    /** The time after which everything has come that was on its way when the run ended. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final RunTopics topics;
    private final TrackedRun run;
    private final Tracker tracker;
    private final Consumer<String> progress;
    private final List<Scalar> pending = new ArrayList<>();
    private long pendingSince;
    private long heard = System.nanoTime();
    private long lastLine = System.nanoTime();
    private long values;
    private long step;
    private boolean waitIsTold;

    /**
     * Writes a run's curves.
     *
     * @param target opens the tracker for the run
     * @param once whether to end after what stands on the topics now, rather than when the run is over
     * @param progress told in lines of text
     * @throws CommandException if there is no such run, or as {@link Tracker#write}
     */
    public static void run(
            KafkaSettings kafka,
            String runId,
            Function<TrainingRun, Tracker> target,
            boolean once,
            Consumer<String> progress) {
        Serdes serdes = kafka.serdes();
        TrainingRun run = RunTopics.find(kafka, serdes, runId)
                .orElseThrow(() -> new CommandException(
                        ExitCode.INVALID_INPUT,
                        "no run '" + runId + "' on " + Topics.RUNS.name() + " at " + kafka.bootstrapServers()
                                + "; './saddle run list' shows those that there are"));
        try (Tracker tracker = target.apply(run);
                RunTopics topics = new RunTopics(kafka, serdes, runId, progress)) {
            progress.accept(runId + ": writing to " + tracker.place());
            Tracking tracking = new Tracking(topics, new TrackedRun(scorePatience(run)), tracker, progress);
            if (once) {
                tracking.once();
            } else {
                tracking.follow();
            }
        }
    }

    /** As long as anybody here waits for a finished model's score. */
    private static Duration scorePatience(TrainingRun run) {
        try {
            JsonNode images = new ObjectMapper()
                    .readTree(run.getSpec())
                    .path("evaluation")
                    .path("finalImages");
            return JudgingTime.longest(images.asInt());
        } catch (JsonProcessingException e) {
            return JudgingTime.longest(0);
        }
    }

    private Tracking(RunTopics topics, TrackedRun run, Tracker tracker, Consumer<String> progress) {
        this.topics = topics;
        this.run = run;
        this.tracker = tracker;
        this.progress = progress;
    }

    /** Writes what stands on the topics now. */
    private void once() {
        Map<TopicPartition, Long> ends = topics.ends().orElseThrow(Tracking::brokerIsAway);
        try {
            topics.readTo(ends, record -> take(List.of(record)));
        } catch (TimeoutException e) {
            throw brokerIsAway();
        }
        finish();
    }

    /** Writes what stands on the topics and what comes, until the run is over. */
    private void follow() {
        boolean over = false;
        long looked = System.nanoTime();
        while (!over) {
            take(topics.poll());
            if (since(heard).compareTo(SILENCE) >= 0) {
                tellOfWait();
                over = run.isOver(Instant.now())
                        && topics.ends().map(topics::isPast).orElse(false);
            }
            if (!over && since(Math.max(heard, looked)).compareTo(LOOK_EVERY) >= 0) {
                looked = System.nanoTime();
                progress.accept(
                        topics.ends().isPresent()
                                ? soFar() + "; the run is " + phase() + ", and nothing comes of it"
                                : soFar() + "; Kafka does not answer, waiting for it");
            }
        }
        if (run.awaitsScore()) {
            progress.accept("no score of the finished model came; './saddle track' again, when it is there, adds it");
        }
        finish();
    }

    private void take(List<SpecificRecord> records) {
        if (!records.isEmpty()) {
            heard = System.nanoTime();
        }
        for (SpecificRecord record : records) {
            List<Scalar> points = run.take(record);
            if (pending.isEmpty()) {
                pendingSince = System.nanoTime();
            }
            pending.addAll(points);
        }
        if (pending.size() >= AT_ONCE
                || !pending.isEmpty() && since(pendingSince).compareTo(AT_LATEST) >= 0) {
            write();
        }
    }

    private void write() {
        values += tracker.write(pending);
        step = Math.max(
                step,
                pending.stream().mapToLong(scalar -> scalar.at().step()).max().orElse(0));
        pending.clear();
        if (since(lastLine).compareTo(LINE_EVERY) >= 0) {
            lastLine = System.nanoTime();
            progress.accept(soFar());
        }
    }

    private void tellOfWait() {
        if (run.hasEnded() && run.awaitsScore() && !waitIsTold) {
            waitIsTold = true;
            progress.accept(soFar() + "; the run has ended, waiting for the score of its finished model");
        }
    }

    private void finish() {
        write();
        if (run.hasEnded()) {
            run.status().ifPresent(tracker::end);
        }
        progress.accept(soFar() + "; the run is " + phase());
    }

    private String phase() {
        return run.status().map(RunStatus::getPhase).map(Enum::name).orElse("QUEUED");
    }

    private String soFar() {
        return String.format(Locale.ROOT, "step %d: %,d values", step, values);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static CommandException brokerIsAway() {
        return new CommandException(
                ExitCode.UNREACHABLE, "Kafka does not answer any more; './saddle status' shows the broker's log");
    }
}
