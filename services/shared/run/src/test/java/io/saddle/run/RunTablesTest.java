package io.saddle.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunTablesTest {

    private final RunTables tables = new RunTables();

    private static RunMetadata metadata(long revision, RunLifecycle lifecycle) {
        return RunMetadata.newBuilder()
                .setRunId("r")
                .setRevision(revision)
                .setLabels(Map.of("team", "vision"))
                .setLifecycle(lifecycle)
                .setLifecycleSince(Instant.EPOCH)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    @Test
    void aRunOfWhichNobodySaidAnythingIsActive() {
        assertEquals(RunLifecycle.ACTIVE, tables.lifecycle("r"));
        assertFalse(tables.isDeleted("r"));
        assertEquals(Optional.empty(), tables.metadata("r"));
    }

    @Test
    void theHighestRevisionStandsInWhicheverOrderTheyCome() {
        tables.put(metadata(3, RunLifecycle.DELETING));
        tables.put(metadata(2, RunLifecycle.ARCHIVED));

        assertEquals(3, tables.metadata("r").orElseThrow().getRevision());
        assertTrue(tables.isDeleted("r"));
        tables.put(metadata(4, RunLifecycle.DELETED));
        assertTrue(tables.isDeleted("r"));
    }

    @Test
    void aRunThatIsForgottenWithItsConstraintsLeavesWhatWasSaidOfIt() {
        RunSpecParser parser = new RunSpecParser();
        Submission submission = new Submissions(parser, Clock.systemUTC())
                .submission(
                        parser.parse("r", "{name: r, constraints: [{id: four, threshold: 1, data: {classes: {4: }}}]}"),
                        null);
        submission.constraints().forEach(tables::put);
        tables.put(submission.run());
        tables.put(metadata(1, RunLifecycle.DELETED));
        assertTrue(tables.isComplete("r"));

        tables.removeConstraint("r", "four");
        tables.removeConstraint("r", "four");
        tables.removeRun("r");
        tables.removeConstraint("another", "four");

        assertEquals(Optional.empty(), tables.run("r"));
        assertEquals(List.of(), tables.constraints("r"));
        assertTrue(tables.isDeleted("r"));
    }
}
