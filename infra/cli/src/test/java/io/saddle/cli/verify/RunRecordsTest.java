package io.saddle.cli.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.stack.testing.ListedPast;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunRecordsTest {

    private static final Instant EARLY = Instant.parse("2026-11-01T08:00:00Z");
    private static final Instant LATE = Instant.parse("2026-11-02T08:00:00Z");

    private final ListedPast past = new ListedPast();

    private void metadata(String run, long revision, RunLifecycle lifecycle, Instant since) {
        past.add(
                Topics.RUN_METADATA,
                RunMetadata.newBuilder()
                        .setRunId(run)
                        .setRevision(revision)
                        .setLabels(Map.of())
                        .setLifecycle(lifecycle)
                        .setLifecycleSince(since)
                        .setUpdatedAt(since)
                        .build());
    }

    private Optional<Instant> deleted() {
        return RunRecords.read(past, "r").deleted();
    }

    /** Its models were missing, and it was said to be not as it was. */
    @Test
    void aDeletedRunIsToldFromOneWhoseModelsAreMissing() {
        assertEquals(Optional.empty(), deleted());
        metadata("other", 1, RunLifecycle.DELETED, EARLY);
        metadata("r", 1, RunLifecycle.ARCHIVED, EARLY);
        assertEquals(Optional.empty(), deleted());
        metadata("r", 2, RunLifecycle.DELETING, LATE);
        assertEquals(Optional.of(LATE), deleted());
        metadata("r", 3, RunLifecycle.DELETED, LATE);
        assertEquals(Optional.of(LATE), deleted());
    }
}
