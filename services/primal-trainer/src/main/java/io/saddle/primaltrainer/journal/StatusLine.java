package io.saddle.primaltrainer.journal;

import io.saddle.diffusion.network.Precision;
import io.saddle.kafka.Publisher;
import io.saddle.pause.DoublingWait;
import io.saddle.primaltrainer.progress.RunStanding;
import io.saddle.primaltrainer.progress.TrainerDeaths;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.RunStatus;
import io.saddle.service.ProcessDeaths;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A run's status as it was last said, and the checkpoint and precision that every status names. Belongs to the journal's thread. */
public final class StatusLine {

    private static final DoublingWait AFTER_FAILURE = new DoublingWait(Duration.ofSeconds(30), Duration.ofMinutes(15));

    private final TrainerRecords records;
    private RunStanding standing = RunStanding.STARTING;
    private KeptCheckpoint kept;
    private Precision precision;
    private ProcessDeaths deaths = ProcessDeaths.NONE;
    private int failures;
    private boolean heldBefore;
    private Instant notBefore;

    /** @param onRecord the newest checkpoint of earlier trainers: it stays on record until there is a newer one; null if there is none */
    public StatusLine(TrainerRecords records, KeptCheckpoint onRecord) {
        this.records = records;
        kept = onRecord;
    }

    /** The line of a run of which earlier trainers may have said something. */
    public static StatusLine after(Optional<RunStatus> before, TrainerRecords records) {
        StatusLine line =
                new StatusLine(records, before.map(RunStatus::getCheckpoint).orElse(null));
        line.standing = before.map(RunStanding::startingAt).orElse(RunStanding.STARTING);
        line.deaths = before.map(TrainerDeaths::foundIn).orElse(ProcessDeaths.NONE);
        line.precision = before.flatMap(StatusLine::precision).orElse(null);
        line.failures = before.map(RunStatus::getFailures).orElse(0);
        line.heldBefore = before.filter(status -> line.deaths.count() > status.getDeaths())
                .isPresent();
        return line;
    }

    /** What its steps so far were trained in: whoever says something of the run without training it knows no other. */
    private static Optional<Precision> precision(RunStatus before) {
        return Stream.of(Precision.values())
                .filter(known -> known.name().equalsIgnoreCase(before.getPrecision()))
                .findFirst();
    }

    public TrainerRecords records() {
        return records;
    }

    /** The checkpoint that the next status names; null if there is none. */
    public KeptCheckpoint onRecord() {
        return kept;
    }

    public RunStanding standing() {
        return standing;
    }

    public Future<RecordMetadata> say(Publisher out, RunStanding now) {
        standing = now;
        return out.send(
                Topics.RUN_STATUS, records.runId(), records.status(now, kept, precision, deaths, failures, notBefore));
    }

    /** The time for which the run is to be set aside, since its last trainers ended without a word; empty if it is not. */
    public Optional<Duration> rest() {
        return heldBefore ? deaths.rest() : Optional.empty();
    }

    public ProcessDeaths deaths() {
        return deaths;
    }

    /** Every status from the next one on says that no trainer is to take the run up before. */
    public void setAside(Instant until) {
        notBefore = until;
    }

    /**
     * Counts one more failure of the run, and has it rest for that, ever longer, whichever trainer would take it: every status from the
     * next one on says so.
     */
    public void failed(Instant now) {
        notBefore = now.plus(AFTER_FAILURE.after(failures));
        failures++;
    }

    void trainsIn(Precision known) {
        precision = known;
    }

    public void announce(Publisher out, KeptCheckpoint checkpoint) {
        if (checkpoint.getStep() > (kept == null ? 0 : kept.getStep())) {
            // Whatever ended the trainers before, or failed them, the run has got past it.
            deaths = ProcessDeaths.NONE;
            failures = 0;
        }
        kept = checkpoint;
        say(out, standing);
    }
}
