package io.saddle.dualupdater;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.streams.LocalState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dual updater makes of a run when state of it is lost or damaged, over a real broker. */
class LostStateIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Each look is a client of its own. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private static DualCluster cluster;

    @TempDir
    Path data;

    @BeforeAll
    static void startCluster() {
        cluster = new DualCluster();
    }

    @AfterAll
    static void endCluster() {
        cluster.close();
    }

    private void run(Steps steps) throws Exception {
        run(cluster.updater(data), steps);
    }

    private static void run(DualStreams updater, Steps steps) throws Exception {
        updater.start();
        try {
            steps.take();
        } finally {
            updater.stop();
        }
    }

    @FunctionalInterface
    private interface Steps {
        void take() throws Exception;
    }

    private static void awaitDualStep(String runId, long dualStep) {
        Awaitility.await("dual step " + dualStep + " of " + runId)
                .atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .until(() -> cluster.updates(runId).stream().anyMatch(update -> update.getDualStep() >= dualStep));
    }

    /** Estimates of both constraints on the snapshots of these dual steps. */
    private static void estimated(String runId, long fromDualStep, long toDualStep) throws Exception {
        for (long h = fromDualStep; h <= toDualStep; h++) {
            cluster.estimated(runId, "a", 20 * h, h - 1, 0.75);
            cluster.estimated(runId, "b", 20 * h, h - 1, 0.375);
        }
    }

    /** No dual step is missing or there twice, and each begins where the one before ended. */
    private static void assertOneTrajectory(String runId, long steps, double a, double b) {
        List<MultiplierUpdate> updates = cluster.updates(runId);
        assertEquals(
                LongStream.rangeClosed(1, steps).boxed().toList(),
                updates.stream().map(MultiplierUpdate::getDualStep).toList());
        double[] lambda = {0, 0};
        for (MultiplierUpdate update : updates) {
            for (int i = 0; i < 2; i++) {
                ConstraintMultiplier row = update.getConstraints().get(i);
                assertEquals(lambda[i], row.getBefore());
                lambda[i] = row.getAfter();
            }
        }
        assertEquals(a, lambda[0]);
        assertEquals(b, lambda[1]);
    }

    private void deleteLocalState() {
        forEachFile(file -> {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void forEachFile(Consumer<Path> action) {
        try (Stream<Path> files = Files.walk(data)) {
            files.filter(Files::isRegularFile).toList().forEach(action);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCKSTEP", "ASYNC"})
    void aRunWhoseStoreAndChangelogAndOffsetsAreGoneGoesOnFromItsMultipliers(String mode) throws Exception {
        String runId = "all-lost-" + mode.toLowerCase(Locale.ROOT);
        long each = mode.equals("LOCKSTEP") ? 1 : 2;
        cluster.submit(runId, mode);
        run(() -> {
            estimated(runId, 1, 3);
            awaitDualStep(runId, 3 * each);
        });

        cluster.deleteChangelog();
        cluster.deleteOffsets();
        deleteLocalState();
        run(() -> {
            estimated(runId, 4, 5);
            awaitDualStep(runId, 5 * each);
        });

        assertOneTrajectory(runId, 5 * each, 5 * 0.25, 5 * 0.0625);
    }

    @Test
    void aRunWhoseDefinitionsWereReadLongAgoIsRebuiltToo() throws Exception {
        cluster.submit("offsets-kept", "LOCKSTEP");
        run(() -> {
            estimated("offsets-kept", 1, 3);
            awaitDualStep("offsets-kept", 3);
        });

        cluster.deleteChangelog();
        deleteLocalState();
        run(() -> {
            estimated("offsets-kept", 4, 5);
            awaitDualStep("offsets-kept", 5);
        });

        assertOneTrajectory("offsets-kept", 5, 5 * 0.25, 5 * 0.0625);
    }

    @Test
    void aPastThatTakesLongerThanAMemberMayGoWithoutPollingIsReadOnceAndThenTheRunGoesOn() throws Exception {
        cluster.submit("long-past", "LOCKSTEP");
        run(() -> {
            estimated("long-past", 1, 3);
            awaitDualStep("long-past", 3);
        });
        cluster.deleteChangelog();
        deleteLocalState();

        AtomicReference<GatedPast> past = new AtomicReference<>();
        DualStreams updater = cluster.updater(data, records -> {
            past.set(new GatedPast(records));
            return past.get();
        });
        run(updater, () -> {
            estimated("long-past", 4, 5);
            Awaitility.await().atMost(PATIENCE).until(() -> !past.get().begun().isEmpty());
            Set<String> members = cluster.members();
            // Over the poll interval and the session of a member that does not poll.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(LOOK_EVERY)
                    .during(Duration.ofSeconds(12))
                    .until(() -> cluster.members().equals(members)
                            && isEachOnce(past.get().begun()));
            assertFalse(updater.isReady());
            assertEquals(3, cluster.updates("long-past").size());

            past.get().open();
            awaitDualStep("long-past", 5);
            Awaitility.await().atMost(PATIENCE).until(updater::isReady);
        });

        assertOneTrajectory("long-past", 5, 5 * 0.25, 5 * 0.0625);
    }

    private static boolean isEachOnce(List<Integer> partitions) {
        return Set.copyOf(partitions).size() == partitions.size();
    }

    @Test
    void anEstimateThatWaitsForTheOthersComesBackFromTheChangelog() throws Exception {
        cluster.submit("restored", "LOCKSTEP");
        run(() -> {
            estimated("restored", 1, 1);
            cluster.estimated("restored", "a", 40, 1, 0.75);
            // Behind it on its partition: once this is done, that has been taken in.
            cluster.submit("restored", "LOCKSTEP");
            awaitDualStep("restored", 1);
            Awaitility.await("whose copy the state is stands beside it, in its first life too")
                    .atMost(PATIENCE)
                    .until(() -> Files.exists(data.resolve("changelog-topics")));
        });

        deleteLocalState();
        run(() -> {
            cluster.estimated("restored", "b", 40, 1, 0.375);
            awaitDualStep("restored", 2);
        });

        assertOneTrajectory("restored", 2, 2 * 0.25, 2 * 0.0625);
    }

    /** Which files are damaged: all of them, or the store's tables. */
    @ParameterizedTest
    @ValueSource(strings = {".*", ".*\\.sst"})
    void damagedLocalFilesAreReplacedFromTheChangelogAndTheLogSaysSo(String files) throws Exception {
        String runId = "damaged-" + Math.abs(files.hashCode());
        cluster.submit(runId, "LOCKSTEP");
        run(() -> {
            estimated(runId, 1, 2);
            awaitDualStep(runId, 2);
        });

        List<Path> damaged = new ArrayList<>();
        forEachFile(file -> {
            if (file.getFileName().toString().matches(files)) {
                damage(file);
                damaged.add(file);
            }
        });
        List<String> log = logOf(
                LocalState.class,
                () -> run(() -> {
                    estimated(runId, 3, 3);
                    awaitDualStep(runId, 3);
                }));

        assertFalse(damaged.isEmpty());
        assertTrue(
                log.stream().anyMatch(line -> line.contains("it is deleted and restored from its changelog")),
                log.toString());
        assertOneTrajectory(runId, 3, 3 * 0.25, 3 * 0.0625);
    }

    private static void damage(Path file) {
        try {
            Files.writeString(file, "this is no state");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> logOf(Class<?> logging, Steps steps) throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(logging.getName());
        logger.addHandler(handler);
        try {
            steps.take();
            return lines;
        } finally {
            logger.removeHandler(handler);
        }
    }
}
