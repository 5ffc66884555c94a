package io.saddle.cli.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.schema.AuditAction;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.FieldChange;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.SourceSummary;
import io.saddle.stack.testing.ListedPast;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunRecordsTest {

    private static final Instant EARLY = Instant.parse("2026-11-01T08:00:00Z");
    private static final Instant LATE = Instant.parse("2026-11-02T08:00:00Z");

    private ListedPast past = new ListedPast();

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

    /** When the step before the one that is done again ended. */
    private static final Instant BEGIN = Instant.parse("2026-11-01T11:59:00Z");

    private static final Instant END = Instant.parse("2026-11-01T12:00:00Z");

    private static ConstraintDefinition four(int version) {
        return four(version, LATE);
    }

    /** The newest of as many versions; those before it are compacted. */
    private static ConstraintDefinition four(int version, Instant updated) {
        return ConstraintDefinition.newBuilder()
                .setRunId("r")
                .setConstraintId("four")
                .setVersion(version)
                .setState(ConstraintState.ACTIVE)
                .setKind("denoising-loss")
                .setEvaluator("denoising-loss")
                .setThreshold(0.05)
                .setUpdatedAt(updated)
                .build();
    }

    private void audit(AuditAction action, Instant at, String... fields) {
        past.add(
                Topics.AUDIT,
                AuditEntry.newBuilder()
                        .setChain(0)
                        .setSequence(1)
                        .setPreviousHash("")
                        .setAt(at)
                        .setAction(action)
                        .setTopic(Topics.CONSTRAINTS.name())
                        .setOffset(0)
                        .setKey("r/four")
                        .setRecordHash("")
                        .setChanges(Stream.of(fields)
                                .map(field -> new FieldChange(field, "1", "2"))
                                .toList())
                        .build());
    }

    private static GradientSummary step(long step, Instant ended) {
        return RecordBuilders.summary("r", step)
                .setSources(List.of(SourceSummary.newBuilder()
                        .setSource("four")
                        .setRows(1)
                        .setMultiplier(0.5)
                        .setMixtureWeight(0.5)
                        .build()))
                .setRecordedAt(ended)
                .build();
    }

    /** The constraints that a run's second step, of the minute before noon of the first day, was trained on. */
    private List<ConstraintDefinition> trained() {
        RunRecords records = RunRecords.read(past, "r");
        records.add(step(1, BEGIN));
        records.add(step(2, END));
        return records.between(1, 2, false).get(0).trained();
    }

    private void cannotBeTold() {
        assertEquals(
                "constraint 'four' may have been changed after step 2 took it up, and what it was then is not known any more",
                assertThrows(IllegalArgumentException.class, this::trained).getMessage());
    }

    private void changed(Instant at) {
        past = new ListedPast();
        past.add(Topics.CONSTRAINTS, four(2, at));
        audit(AuditAction.CREATED, EARLY, "kind");
        audit(AuditAction.CHANGED, at, "data.classes[0].label");
    }

    /** It was trained on what had been before, done again with what came, and an honest run was said to be not as it was. */
    @Test
    void aStepTakesItsConstraintsUpWhenItBegins() {
        for (Instant at : List.of(BEGIN.plusMillis(1), END.minusMillis(1), END)) {
            changed(at);
            cannotBeTold();
        }
        changed(BEGIN.minus(Duration.ofHours(1)));
        assertEquals(List.of(four(2, BEGIN.minus(Duration.ofHours(1)))), trained());
    }

    @Test
    void aTrainersClockMayBeAheadOfTheConsoles() {
        Instant latest = BEGIN.minus(RunRecords.CLOCKS);
        changed(latest.plusMillis(1));
        cannotBeTold();
        changed(latest);
        assertEquals(List.of(four(2, latest)), trained());
    }

    @Test
    void whenTheFirstStepBeganNobodyKnows() {
        changed(EARLY);
        RunRecords records = RunRecords.read(past, "r");
        records.add(step(1, END));
        assertThrows(IllegalArgumentException.class, () -> records.between(0, 1, false));
    }

    /** The record of the step before is asked for only where a constraint has changed. */
    @Test
    void whatHasNeverChangedNeedsNoRecordOfTheStepBefore() {
        past.add(Topics.CONSTRAINTS, four(1));
        RunRecords records = RunRecords.read(past, "r");
        records.add(step(2, END));
        assertEquals(List.of(four(1)), records.between(1, 2, false).get(0).trained());
        records.add(four(2));
        assertEquals(
                "saddle.gradient-summaries has no step 1 any more",
                assertThrows(IllegalArgumentException.class, () -> records.between(1, 2, false))
                        .getMessage());
    }

    /** Of a run whose threshold was changed late, or which a shadow took over, no step before that could be done again. */
    @Test
    void whatDoesNotEnterAStepMayBeChangedAfterIt() {
        past.add(Topics.CONSTRAINTS, four(4));
        audit(AuditAction.CREATED, EARLY, "kind", "evaluator", "data.dataset");
        audit(AuditAction.CHANGED, EARLY.plusSeconds(1), "data.classes[0].label");
        audit(AuditAction.CHANGED, LATE, "threshold");
        audit(AuditAction.CHANGED, LATE, "evaluator", "multiplierHandover");
        assertEquals(List.of(four(4)), trained());
    }

    @Test
    void whatEntersAStepMayNot() {
        for (String field : List.of("kind", "data.classes[0].label", "model.sha256", "parameters.precision", "…")) {
            past = new ListedPast();
            past.add(Topics.CONSTRAINTS, four(3));
            audit(AuditAction.CREATED, EARLY, "kind");
            audit(AuditAction.CHANGED, LATE, "threshold", field);
            audit(AuditAction.CHANGED, LATE, "threshold");
            cannotBeTold();
        }
    }

    /** Where the definition has no kind, the evaluator's name is the kind. */
    @Test
    void ofADefinitionOfAnEarlierReleaseTheEvaluatorEntersAStep() {
        past.add(
                Topics.CONSTRAINTS,
                ConstraintDefinition.newBuilder(four(2)).setKind(null).build());
        audit(AuditAction.CREATED, EARLY, "evaluator");
        audit(AuditAction.CHANGED, LATE, "evaluator");
        cannotBeTold();
    }

    @Test
    void aVersionThatTheAuditHasNotSeenMayHaveChangedEverything() {
        past.add(Topics.CONSTRAINTS, four(3));
        cannotBeTold();
        audit(AuditAction.CREATED, EARLY, "kind");
        audit(AuditAction.CHANGED, LATE, "threshold");
        cannotBeTold();
    }

    /** Its name was another run's, which was deleted with its history. */
    @Test
    void whatWasDeletedIsNoVersionOfWhatCameAfterIt() {
        past.add(Topics.CONSTRAINTS, four(2));
        audit(AuditAction.CREATED, EARLY, "kind");
        audit(AuditAction.CHANGED, EARLY, "threshold");
        audit(AuditAction.DELETED, EARLY);
        audit(AuditAction.CREATED, EARLY, "kind");
        cannotBeTold();
        audit(AuditAction.CHANGED, LATE, "threshold");
        assertEquals(List.of(four(2)), trained());
    }
}
