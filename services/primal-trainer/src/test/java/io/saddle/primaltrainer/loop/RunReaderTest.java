package io.saddle.primaltrainer.loop;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.SharedCluster;
import io.saddle.model.DiffusersModels;
import io.saddle.model.SelectedData;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.multipliers.Vectors;
import io.saddle.primaltrainer.ownership.RunStatusTable;
import io.saddle.run.RunTables;
import io.saddle.run.dual.JudgedModels;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.serde.Serdes;
import io.saddle.service.AlertLog;
import io.saddle.service.MemoryLimit;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** On a real broker: what a run's taking up reads of its topics. */
class RunReaderTest {

    private static final int OTHERS = 200;

    private final String run = "read-" + UUID.randomUUID();
    private final RunSpec spec = new RunSpecParser().parse("run.yaml", """
            name: %s
            data: {classes: {4: {count: 10}}}
            training: {steps: 100}
            constraints: [{id: a, threshold: 0.1, data: {classes: {4: {count: 10}}}}]
            """.formatted(run));

    private Instant submitted = Instant.now();

    private static TrainerEnvironment environment(Serdes serdes) {
        return new TrainerEnvironment(
                SharedCluster.settings(),
                serdes,
                new DeadLetters(SharedCluster.producer(), "primal-trainer"),
                new RunTables(),
                new RunStatusTable(),
                null,
                new SelectedData(),
                DiffusersModels.anywhere(),
                Clock.systemUTC(),
                System::nanoTime,
                new AlertLog("primal-trainer", Clock.systemUTC()),
                "worker",
                "build",
                1,
                new MemoryLimit(Long.MAX_VALUE));
    }

    private Checkpoint checkpoint(long step, long dualStep, ReadPosition read) {
        ModelState state = new ModelState(HostVector.of(1), HostVector.of(0), HostVector.of(0), HostVector.of(1), step);
        return new Checkpoint(
                state, dualStep, Map.of(), List.of(), Map.of(), read, new Checkpoint.RandomPosition(0, step + 1), null);
    }

    private RunReader caughtUp(Checkpoint start, JudgedModels judged) throws InterruptedException {
        try (start) {
            RunReader reader = new RunReader(environment(SharedCluster.serdes()), run, submitted, spec, start, judged);
            reader.start();
            await().until(reader::isCaughtUp);
            return reader;
        }
    }

    private static void multipliers(String key, long dualStep) throws Exception {
        MultiplierUpdate update = MultiplierUpdate.newBuilder(Vectors.update(dualStep, 20 * dualStep, 0.1 * dualStep))
                .setRunId(key)
                .build();
        SharedCluster.send(Topics.MULTIPLIERS, key, update);
    }

    /** Runs that lie on the partition of this one. */
    private List<String> others() {
        int partitions = Topics.MULTIPLIERS.partitions();
        return IntStream.range(0, 100 * OTHERS)
                .mapToObj(i -> run + "-" + i)
                .filter(key -> RunPartitioner.partition(key, partitions) == RunPartitioner.partition(run, partitions))
                .limit(OTHERS)
                .toList();
    }

    @Test
    void whatIsOnRecordOfOthersIsNotReadAgainAndNothingOfTheRunIsMissed() throws Exception {
        for (String other : others()) {
            multipliers(other, 1);
        }
        long begun;
        ReadPosition position;
        JudgedModels judged = new JudgedModels();
        try (RunReader first = caughtUp(checkpoint(0, 0, ReadPosition.NEW), judged)) {
            begun = first.inputs().position().get().offsets().get(Topics.MULTIPLIERS.name());
            for (long dualStep = 1; dualStep <= 4; dualStep++) {
                multipliers(run, dualStep);
            }
            await().until(() -> first.inputs().multipliers().newest().dualStep() == 4);
            first.inputs().multipliers().forgetBefore(3);
            position = first.inputs().position().get();
        }
        assertEquals(2, position.offsets().get(Topics.MULTIPLIERS.name()) - begun, "the third is in use");
        for (String other : others()) {
            multipliers(other, 2);
        }
        multipliers(run, 5);

        JudgedModels known = new JudgedModels();
        try (RunReader next = caughtUp(checkpoint(60, 3, position), known)) {
            assertEquals(5, next.inputs().multipliers().newest().dualStep());
            assertEquals(100, next.inputs().multipliers().newest().movedAt().get("a"));
        }
        JudgedModels all = new JudgedModels();
        try (RunReader again = caughtUp(checkpoint(60, 3, new ReadPosition(Map.of(), Map.of(), null)), all)) {
            assertEquals(
                    0,
                    again.inputs().position().get().offsets().get(Topics.MULTIPLIERS.name()),
                    "where nothing is said of what came before, it has been read");
        }
        assertEquals(all.state(), known.state(), "as if all had been read again");
    }

    /** As after a restore of a backup that was made while the run began: its checkpoint was not there yet, its multipliers were. */
    @Test
    void whatWasSaidOfARunThatHasNoCheckpointIsKnown() throws Exception {
        multipliers(run, 7);
        try (RunReader reader = caughtUp(checkpoint(0, 0, ReadPosition.NEW), new JudgedModels())) {
            assertEquals(7, reader.inputs().multipliers().newest().dualStep());
        }
    }

    /** Nobody asked the reader, and the run blamed others. */
    @Test
    void aRegistryThatIsAwayIsTheObstacleAtOnce() throws Exception {
        multipliers(run, 7);
        Serdes away;
        try (ServerSocket socket = new ServerSocket(0)) {
            away = Serdes.connect("http://127.0.0.1:" + socket.getLocalPort(), Map.of());
        }
        try (Checkpoint start = checkpoint(0, 0, ReadPosition.NEW);
                RunReader reader = new RunReader(environment(away), run, submitted, spec, start, new JudgedModels())) {
            assertEquals(Optional.empty(), reader.obstacle());
            reader.start();
            await().until(() -> reader.obstacle().isPresent());
            String obstacle = reader.obstacle().orElseThrow();
            assertTrue(obstacle.startsWith("waits for the schema registry"), obstacle);
        }
    }

    @Test
    void whatIsMuchOlderThanANewRunIsNotRead() throws Exception {
        submitted = Instant.now().plus(Duration.ofDays(3));
        multipliers(run, 7);
        try (RunReader reader = caughtUp(checkpoint(0, 0, ReadPosition.NEW), new JudgedModels())) {
            assertEquals(0, reader.inputs().multipliers().newest().dualStep());
            assertTrue(reader.knows(0) && !reader.knows(7));
            multipliers(run, 8);
            await().until(() -> reader.knows(8));
        }
    }

    /** Each run's reader kept each of them again. */
    @Test
    void whatCannotBeReadIsKeptOnceByTheTrainerOfTheRunThatItIsOf() throws Exception {
        String other = others().get(0);
        ReadPosition everything = new ReadPosition(Map.of(), Map.of(), null);
        String letters = Topics.MULTIPLIERS.deadLetterName();
        try (RunReader reader = caughtUp(checkpoint(0, 0, ReadPosition.NEW), new JudgedModels())) {
            SharedCluster.sendRaw(Topics.MULTIPLIERS.name(), other, new byte[] {1, 2, 3});
            SharedCluster.sendRaw(Topics.MULTIPLIERS.name(), run, new byte[] {4, 5, 6});
            await().until(() -> !SharedCluster.records(letters, run).isEmpty());
        }
        caughtUp(checkpoint(0, 0, everything), new JudgedModels()).close();
        assertEquals(1, SharedCluster.records(letters, run).size());
        assertEquals(0, SharedCluster.records(letters, other).size());
    }
}
