package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.Saddle;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicReader;
import io.saddle.model.StoredCheckpoints;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SlotResult;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Two trainer processes share the runs: one trains a run, and whatever becomes of it, the other goes on. On a stack of its own: with the
 * classes that share one it would be the last for minutes.
 */
class TwoTrainersIT {

    private static final String TRAINER = "primal-trainer";
    private static final String SECOND = "second-trainer";
    private static final int STEPS = 120;
    /** Where a trainer that ends is all that happens. */
    private static final int SHORT = 80;
    /** Of each of four slots. */
    private static final int SLOTTED = 50;

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static TestCluster cluster;
    private static TestCluster second;

    @BeforeAll
    static void startBoth() {
        cluster = TestCluster.start(TRAINER, "dual-updater", "constraint-evaluator", "console");
        second = cluster.another(List.of("-Dsaddle.trainer.worker=" + SECOND), TRAINER);
    }

    @AfterAll
    static void endBoth() {
        second.close();
        cluster.close();
    }

    /** A run's records as they stand on the topics, in order. */
    private static final class Records implements AutoCloseable {
        private final List<RunStatus> statuses = new CopyOnWriteArrayList<>();
        private final List<GradientSummary> summaries = new CopyOnWriteArrayList<>();
        private final List<ModelSnapshot> snapshots = new CopyOnWriteArrayList<>();
        private final List<SlotResult> results = new CopyOnWriteArrayList<>();
        private final TopicReader reader;

        Records(String runId) {
            KafkaSettings kafka = cluster.settings().kafka();
            reader = new TopicReader(
                            kafka,
                            kafka.serdes(),
                            "two-trainers-" + runId,
                            (topic, record, reason) -> CompletableFuture.completedFuture(null))
                    .on(Topics.RUN_STATUS, r -> add(runId, r.key(), statuses, r.value()))
                    .on(Topics.GRADIENT_SUMMARIES, r -> add(runId, r.key(), summaries, r.value()))
                    .on(Topics.SNAPSHOTS, r -> add(runId, r.key(), snapshots, r.value()))
                    .on(Topics.SLOT_RESULTS, r -> add(runId, r.key(), results, r.value()))
                    .start();
        }

        private static <T> void add(String runId, String key, List<T> all, T value) {
            if (runId.equals(key)) {
                all.add(value);
            }
        }

        long steps() {
            return summaries.stream()
                    .mapToLong(GradientSummary::getStep)
                    .distinct()
                    .count();
        }

        boolean isCompleted() {
            return !statuses.isEmpty() && last().getPhase() == RunPhase.COMPLETED;
        }

        RunStatus last() {
            return statuses.get(statuses.size() - 1);
        }

        /** The trainers that took the run up, in order. */
        List<String> claims() {
            return IntStream.range(0, statuses.size())
                    .filter(this::isClaim)
                    .mapToObj(i -> statuses.get(i).getWorker())
                    .toList();
        }

        /** The first that a trainer says when it takes up the run. */
        boolean isClaim(int i) {
            RunStatus before = i == 0 ? null : statuses.get(i - 1);
            return statuses.get(i).getPhase() == RunPhase.STARTING
                    && (before == null
                            || before.getPhase() != RunPhase.STARTING
                            || !before.getWorker().equals(statuses.get(i).getWorker()));
        }

        @Override
        public void close() {
            reader.close();
        }
    }

    private static TestCluster clusterOf(String worker) {
        return worker.equals(SECOND) ? second : cluster;
    }

    private static void submit(String name, int steps, String mode) throws IOException {
        new ConsoleClient(cluster.consoleUrl())
                .submit(TinyRun.named(name)
                        .replace("steps: 120", "steps: " + steps)
                        .replace("mode: LOCKSTEP", "mode: " + mode)
                        .replace("everySteps: 20", "everySteps: 3"));
    }

    /** Awaits steps of the run by another trainer than {@code worker}; says how long that took. */
    private static void awaitTakeOver(Records run, String worker, String what) {
        long begin = System.nanoTime();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> run.summaries.stream()
                        .reduce((a, b) -> b)
                        .filter(summary -> !summary.getWorker().equals(worker))
                        .isPresent());
        System.out.printf("%s: the other trainer's first step after %.1f s%n", what, (System.nanoTime() - begin) / 1e9);
    }

    private static String awaitSteps(Records run, int steps) {
        Awaitility.await().atMost(PATIENCE).until(() -> run.steps() > steps);
        return run.last().getWorker();
    }

    private static void signal(long pid, String signal) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor());
    }

    /** Every record is of the trainer that had taken the run up last when it was written. */
    private static void assertOnlyOwnersWrote(Records run) {
        String owner = null;
        for (int i = 0; i < run.statuses.size(); i++) {
            RunStatus status = run.statuses.get(i);
            if (run.isClaim(i)) {
                owner = status.getWorker();
            }
            assertEquals(owner, status.getWorker(), () -> "status of step " + status.getStep());
        }
        List<String> tokens = new ArrayList<>();
        run.snapshots.forEach(
                snapshot -> tokens.add(token(snapshot.getArtifact().getUri())));
        assertEquals(tokens.stream().sorted().toList(), tokens, "tokens of the snapshots only grow");
        List<String> owners =
                collapsed(run.summaries.stream().map(GradientSummary::getWorker).toList());
        assertTrue(owners.size() <= run.claims().size(), owners + " after the claims " + run.claims());
    }

    private static String token(String uri) {
        return uri.substring(uri.indexOf("-owner-"));
    }

    private static List<String> collapsed(List<String> workers) {
        List<String> changes = new ArrayList<>();
        for (String worker : workers) {
            if (changes.isEmpty() || !changes.get(changes.size() - 1).equals(worker)) {
                changes.add(worker);
            }
        }
        return changes;
    }

    private static void assertComplete(Records run, int steps) throws IOException {
        assertEquals(
                LongStream.rangeClosed(1, steps).boxed().toList(),
                run.summaries.stream()
                        .map(GradientSummary::getStep)
                        .distinct()
                        .sorted()
                        .toList());
        ArtifactStore artifacts = ArtifactStores.open(cluster.settings().artifacts());
        assertEquals(steps, run.last().getCheckpoint().getStep());
        artifacts.verified(run.last().getCheckpoint().getArtifact(), "state.safetensors");
        artifacts.verified(run.snapshots.get(run.snapshots.size() - 1).getArtifact());
    }

    /** A run whose first trainer is ended, and comes back when the other has it; that one completes it. */
    private static void takeOver(Records run, String name, String what, BiConsumer<TestCluster, String> end)
            throws IOException {
        submit(name, SHORT, "LOCKSTEP");
        String worker = awaitSteps(run, 15);
        end.accept(clusterOf(worker), TRAINER);
        awaitTakeOver(run, worker, what);
        clusterOf(worker).restart(TRAINER);
        Awaitility.await().atMost(PATIENCE).until(run::isCompleted);
        assertOnlyOwnersWrote(run);
        assertComplete(run, SHORT);
    }

    @Test
    void whenATrainerIsKilledTheOtherGoesOn() throws Exception {
        try (Records run = new Records("killed")) {
            takeOver(run, "killed", "kill -9", TestCluster::kill);
        }
    }

    @Test
    void aTrainerThatIsStoppedInAnOrderlyWayHandsItsRunOver() throws Exception {
        try (Records run = new Records("handed-over")) {
            takeOver(run, "handed-over", "SIGTERM", TestCluster::stop);
            assertTrue(
                    run.statuses.stream()
                            .anyMatch(status -> status.getPhase() == RunPhase.QUEUED
                                    && status.getCheckpoint().getStep() == status.getStep()),
                    "with a checkpoint of its last step");
            assertEquals(SHORT, run.summaries.size(), "no step was done twice");
        }
    }

    @Test
    void aTrainerThatSleptThroughTheLossOfItsRunIsFencedAndHarmsNothing() throws Exception {
        try (Records run = new Records("asleep")) {
            submit("asleep", STEPS, "ASYNC");
            String worker = awaitSteps(run, 30);
            TestCluster asleep = clusterOf(worker);
            long pid = asleep.pid(TRAINER);
            signal(pid, "STOP");
            try {
                awaitTakeOver(run, worker, "SIGSTOP");
                long taken = run.steps();
                Awaitility.await().atMost(PATIENCE).until(() -> run.steps() > taken + 20);
            } finally {
                signal(pid, "CONT");
            }
            assertNotEquals(worker, run.claims().get(run.claims().size() - 1));
            Awaitility.await("the sleeper finds out")
                    .atMost(PATIENCE)
                    .until(() -> Files.readString(asleep.home().log(TRAINER)).contains("another trainer has the run"));
            Awaitility.await().atMost(PATIENCE).until(run::isCompleted);
            assertOnlyOwnersWrote(run);
            assertComplete(run, STEPS);
        }
    }

    /** Who does a slot, and that one of them is killed at it, changes nothing: the run comes to what a run of the same seed came to. */
    @Test
    void theSlotsOfARunAreDoneByBothTrainersAndOneThatIsKilledChangesNothing() throws Exception {
        Map<String, String> ends = new TreeMap<>();
        for (String name : List.of("slots-alone", "slots-killed")) {
            try (Records run = new Records(name)) {
                new ConsoleClient(cluster.consoleUrl())
                        .submit(TinyRun.named(name, SLOTTED)
                                .replace("steps: " + SLOTTED, "steps: " + SLOTTED + ", slots: 4"));
                if (name.equals("slots-killed")) {
                    Awaitility.await().atMost(PATIENCE).until(() -> run.steps() > 10);
                    TestCluster other = clusterOf(run.last().getWorker()) == cluster ? second : cluster;
                    other.kill(TRAINER);
                    Awaitility.await().atMost(PATIENCE).until(() -> run.steps() > 25);
                    other.restart(TRAINER);
                    String owner = run.last().getWorker();
                    clusterOf(owner).kill(TRAINER);
                    awaitTakeOver(run, owner, "kill -9 of the owner of slots");
                    clusterOf(owner).restart(TRAINER);
                }
                Awaitility.await().atMost(PATIENCE).until(run::isCompleted);
                assertComplete(run, SLOTTED);
                assertTrue(
                        run.results.stream()
                                        .map(SlotResult::getWorker)
                                        .distinct()
                                        .count()
                                >= 2,
                        "both trainers have done slots of " + name);
                ends.put(name, run.last().getCheckpoint().getArtifact().getSha256());
            }
        }
        assertEquals(1, Set.copyOf(ends.values()).size(), ends.toString());
        assertVerified("slots-killed");
    }

    /** The last round, done again in this process, is the same; a checkpoint that somebody has laid hand on is found. */
    private static void assertVerified(String run) throws IOException {
        String proof = verify(run, 0);
        assertTrue(proof.contains("steps 46 to 50, 4 slots and their merge, come to the same, bit for bit"), proof);
        ArtifactStore artifacts = ArtifactStores.open(cluster.settings().artifacts());
        Path state = artifacts
                .open(new StoredCheckpoints(artifacts, run).at(45).orElseThrow())
                .resolve(StoredCheckpoints.STATE);
        byte[] doctored = Files.readAllBytes(state);
        doctored[doctored.length / 2] ^= 1;
        Files.write(state, doctored);
        String found = verify(run, 1);
        assertTrue(found.contains("the checkpoint of step 45"), found);
        assertTrue(found.contains("is not the one that was written"), found);
    }

    private static String verify(String run, int code) {
        StringWriter said = new StringWriter();
        CommandLine command = Saddle.commandLine();
        command.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
        assertEquals(
                code,
                command.execute(
                        "verify",
                        run,
                        "--count=9",
                        "--home=" + cluster.home().folder(),
                        "--bootstrap=" + cluster.bootstrapServers(),
                        "--registry=" + cluster.registryUrl()),
                said::toString);
        return said.toString();
    }

    /** Runs of one partition, which an earlier release gave to one trainer, beside which the other stood idle. */
    @Test
    void noRunWaitsWhileASeatIsFreeAndTheMostUrgentOneComesNext() throws Exception {
        int partitions = Topics.RUNS.partitions();
        List<String> names = IntStream.range(0, 1000)
                .mapToObj(i -> "seat-" + i)
                .filter(name -> RunPartitioner.partition(name, partitions) == 0)
                .limit(4)
                .toList();
        ConsoleClient console = new ConsoleClient(cluster.consoleUrl());
        try {
            begin(console, names.get(0));
            begin(console, names.get(1));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> isAtWork(console, names.get(0)) && isAtWork(console, names.get(1)));
            assertNotEquals(worker(console, names.get(0)), worker(console, names.get(1)));

            begin(console, names.get(2));
            begin(console, names.get(3));
            awaitMessage(console, names.get(3), "no. 2 of 2 that wait: all 2 seats of the trainers are taken");
            console.prioritize(names.get(3), 7);
            awaitMessage(console, names.get(3), "no. 1 of 2 that wait: all 2 seats of the trainers are taken");

            console.change(names.get(0), "stop");
            Awaitility.await().atMost(PATIENCE).until(() -> isAtWork(console, names.get(3)));
            awaitMessage(console, names.get(2), "waits: all 2 seats of the trainers are taken");
        } finally {
            for (String name : names) {
                if (!phase(console, name).equals("STOPPED")) {
                    console.change(name, "stop");
                }
            }
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            names.stream().allMatch(name -> phase(console, name).equals("STOPPED")));
        }
    }

    private static void begin(ConsoleClient console, String name) throws IOException {
        console.submit(TinyRun.withoutConstraints(name).replace("steps: " + STEPS, "steps: 1000000"));
    }

    private static boolean isAtWork(ConsoleClient console, String name) {
        return phase(console, name).equals("TRAINING");
    }

    private static String phase(ConsoleClient console, String name) {
        return console.run(name).path("phase").asText();
    }

    /** A trainer that was killed before counts as there for three of its heartbeats. */
    private static void awaitMessage(ConsoleClient console, String name, String message) {
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertEquals(message, console.run(name).path("message").asText()));
    }

    private static String worker(ConsoleClient console, String name) {
        return console.run(name).path("worker").asText();
    }
}
