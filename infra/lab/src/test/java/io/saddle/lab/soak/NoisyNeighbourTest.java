package io.saddle.lab.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NoisyNeighbourTest {

    private static final String NOISY = NoisyNeighbour.nameOn(NoisyNeighbour.PARTITION, "noisy");
    private static final String QUIET = NoisyNeighbour.nameOn(1, "quiet");

    private static ModelSnapshot snapshot(long step, long createdAt, SnapshotWeights weights) {
        return RecordBuilders.snapshot("a", step, weights)
                .setCreatedAt(Instant.ofEpochMilli(createdAt))
                .build();
    }

    private static LossEstimate estimate(String constraint, long step, long takenUp, long computed) {
        return RecordBuilders.estimate("a", constraint, step)
                .setTakenUpAt(Instant.ofEpochMilli(takenUp))
                .setComputedAt(Instant.ofEpochMilli(computed))
                .build();
    }

    private static RunLog log(String runId, List<ModelSnapshot> snapshots, List<LossEstimate> estimates) {
        return new RunLog(runId, List.of(), List.of(), snapshots, estimates, List.of());
    }

    /** Ten snapshots, each taken up after {@code waits} of it and worked on for {@code work}. */
    private static RunLog run(String runId, List<Integer> waits, int work) {
        List<ModelSnapshot> snapshots = new ArrayList<>();
        List<LossEstimate> estimates = new ArrayList<>();
        for (int i = 0; i < waits.size(); i++) {
            long at = 10_000L * i;
            snapshots.add(snapshot(i, at, SnapshotWeights.RAW));
            estimates.add(estimate("c", i, at + waits.get(i), at + waits.get(i) + work));
        }
        return log(runId, snapshots, estimates);
    }

    private static Claim patience(RunLog... quiet) {
        RunLog alone = run("alone", Collections.nCopies(10, 10), 100);
        RunLog noisy = run(NOISY, Collections.nCopies(10, 10), 800);
        return NoisyNeighbour.claims(alone, noisy, List.of(quiet)).get(1);
    }

    private static List<Integer> waits(int usual, int... long_) {
        List<Integer> waits = new ArrayList<>(Collections.nCopies(10 - long_.length, usual));
        IntStream.of(long_).forEach(waits::add);
        return waits;
    }

    @Test
    void aTurnBeginsWithTheLastAnnouncementBeforeIt() {
        RunLog run = log(
                "a",
                List.of(
                        snapshot(5, 1000, SnapshotWeights.RAW),
                        snapshot(5, 1500, SnapshotWeights.EMA),
                        snapshot(5, 2000, SnapshotWeights.RAW),
                        snapshot(5, 9000, SnapshotWeights.RAW)),
                List.of(
                        estimate("c", 5, 2300, 2400),
                        estimate("d", 5, 2300, 2700),
                        estimate("c", 5, 9100, 9200),
                        estimate("d", 5, 9100, 9300)));
        List<EvaluatorTurn> turns = EvaluatorTurn.of(run);
        assertEquals(1, turns.size());
        assertEquals(300, turns.get(0).waited());
        assertEquals(400, turns.get(0).worked());
    }

    /** A round is 900 ms here: 800 of the noisy run and 100 of the quiet one. */
    @Test
    void aQuietRunMayWaitForTwoRoundsAndOnceLonger() {
        Claim claim = patience(run(QUIET, waits(1800, 20_000), 100));
        assertTrue(claim.held(), claim.seen());
    }

    @Test
    void aQuietRunThatWaitsLongerThanTwoRoundsStarves() {
        Claim claim = patience(run(QUIET, waits(100, 1801, 1801), 100));
        assertFalse(claim.held(), claim.seen());
    }

    @Test
    void aRunThatWasNeverMeasuredStarves() {
        assertFalse(patience(log(QUIET, List.of(), List.of())).held());
    }

    @Test
    void whatSaysAsMuchAsAnotherIsNotNoisy() {
        RunLog run = run(QUIET, waits(10), 10);
        assertFalse(NoisyNeighbour.claims(run, run, List.of(run)).get(0).held());
        RunLog loud = run(NOISY, Collections.nCopies(31, 10), 10);
        assertTrue(NoisyNeighbour.claims(run, loud, List.of(run)).get(0).held());
    }

    @Test
    void aSnapshotThatWasTriedAndGivenUpIsFound() {
        RunLog run = run(QUIET, waits(10), 10);
        Alert alert = Alert.newBuilder()
                .setRunId(NOISY)
                .setKind(AlertKind.DAMAGED_ARTIFACT)
                .setSeverity(Severity.ERROR)
                .setMessage("the snapshot of step 5 was not evaluated")
                .setRemedy("none")
                .setService("constraint-evaluator")
                .setRaisedAt(Instant.EPOCH)
                .build();
        RunLog noisy = new RunLog(NOISY, List.of(), List.of(), List.of(), List.of(), List.of(alert));
        assertTrue(NoisyNeighbour.claims(run, run, List.of(run)).get(2).held());
        assertFalse(NoisyNeighbour.claims(run, noisy, List.of(run)).get(2).held());
    }

    @Test
    void theRunsLieOnEveryPartitionAndTwoBesideTheNoisyOne() {
        List<SoakSpec> quiet = NoisyNeighbour.quiet("s", 10);
        List<Integer> partitions = quiet.stream()
                .map(spec -> NoisyNeighbour.partition(spec.name()))
                .toList();
        assertEquals(Set.of(0, 1, 2, 3), Set.copyOf(partitions));
        assertEquals(2, Collections.frequency(partitions, NoisyNeighbour.PARTITION));
        assertEquals(
                5,
                quiet.stream().map(SoakSpec::name).collect(Collectors.toSet()).size());
        SoakSpec noisy = NoisyNeighbour.noisy("s", 10);
        assertEquals(NoisyNeighbour.PARTITION, NoisyNeighbour.partition(noisy.name()));
        assertEquals(
                8,
                new RunSpecParser()
                        .parse("noisy.yaml", noisy.yaml())
                        .constraints()
                        .size());
    }
}
