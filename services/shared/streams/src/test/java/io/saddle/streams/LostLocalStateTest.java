package io.saddle.streams;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.kafka.KafkaSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an application does that its local state failed, as on a full disk. Nobody answers at its broker's address. */
class LostLocalStateTest {

    private static final String CHANGELOG = "saddle-any-store-changelog";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ProcessorStateException FULL = new ProcessorStateException("No space left on device");
    private static final ProcessorStateException READ_ONLY = new ProcessorStateException(
            "Failed to lock the state directory [/state/saddle-any] during startup",
            new FileSystemException("/state/saddle-any/.lock", null, "Read-only file system"));

    /** Its clients, in the order of their start. */
    private final List<Client> clients = new CopyOnWriteArrayList<>();

    private final Queue<Throwable> failures = new ArrayDeque<>();
    private Application application;
    private Map<String, String> changelogs = Map.of(CHANGELOG, Uuid.randomUuid().toString());

    @BeforeEach
    void start(@TempDir Path folder) {
        application = new Application(folder);
        application.start();
    }

    @AfterEach
    void stop() {
        application.stop();
    }

    private final class Application extends StreamsApplication {

        Application(Path folder) {
            super(
                    "saddle-any",
                    new KafkaSettings("localhost:1", "http://nowhere"),
                    new SimpleMeterRegistry(),
                    "saddle.any",
                    folder,
                    1);
        }

        @Override
        protected Topology topology(Processing processing) {
            return new Topology()
                    .addSource("any", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "saddle.any");
        }

        @Override
        Map<String, String> changelogs() {
            return changelogs;
        }

        @Override
        Duration replacedWithin() {
            return Duration.ofMillis(100);
        }

        @Override
        KafkaStreams client(Topology topology) {
            Throwable failure = failures.poll();
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException exception) {
                throw exception;
            }
            Client client = new Client(topology, this);
            clients.add(client);
            return client;
        }
    }

    /** Can be made to fail, or to take its time over its end. */
    private static final class Client extends KafkaStreams {

        private final Path folder;
        private StreamsUncaughtExceptionHandler handler;
        private volatile int closesInVain;
        /** In which state it has lost its threads; null while it has them. */
        private volatile State withoutThreads;

        private volatile boolean stateWasThereUntilClosed;

        Client(Topology topology, Application application) {
            super(topology, application.settings());
            folder = Path.of(application.settings().getProperty("state.dir"));
        }

        @Override
        public void setUncaughtExceptionHandler(StreamsUncaughtExceptionHandler handler) {
            this.handler = handler;
            super.setUncaughtExceptionHandler(handler);
        }

        @Override
        public synchronized boolean close(Duration timeout) {
            if (closesInVain > 0) {
                closesInVain--;
                return false;
            }
            stateWasThereUntilClosed = Files.exists(folder);
            return super.close(timeout);
        }

        @Override
        public State state() {
            State without = withoutThreads;
            return without == null ? super.state() : without;
        }

        @Override
        public Set<ThreadMetadata> metadataForLocalThreads() {
            return withoutThreads != null ? Set.of() : super.metadataForLocalThreads();
        }

        /** There is no group to leave. */
        @Override
        public synchronized boolean close(CloseOptions options) {
            return super.close(PATIENCE);
        }
    }

    private void awaitAnotherClient() {
        await().atMost(PATIENCE).until(() -> clients.size() == 2);
        await().atMost(PATIENCE).until(() -> clients.get(1).state().isRunningOrRebalancing());
    }

    @Test
    void itIsStartedAgainUntilItRunsAndSaysMeanwhileWhatIsInItsWay() {
        failures.add(new UncheckedIOException("cannot be deleted", new IOException("busy")));
        failures.add(new OutOfMemoryError("unable to create native thread"));
        clients.get(0).handler.handle(FULL);

        await().atMost(PATIENCE).until(() -> application.obstacle().isPresent());
        assertTrue(application.obstacle().orElseThrow().startsWith("saddle-any fails again and again: "));
        assertEquals(1, clients.size());
        awaitAnotherClient();
    }

    @Test
    void aDiskThatIsFullAgainAndAgainIsSaid() {
        for (int i = 0; i < 3; i++) {
            clients.get(0).handler.handle(FULL);
        }

        assertTrue(application.obstacle().orElseThrow().endsWith("No space left on device"));
        awaitAnotherClient();
    }

    /** It was taken for damage: the log said that it was to be deleted by hand, which nobody could. */
    @Test
    void aFolderThatIsReadOnlyIsSaidWithTheRemedyAndNotDeleted(@TempDir Path folder) throws IOException {
        Path store = Files.createDirectories(folder.resolve("state/saddle-any/0_0/rocksdb"));
        failures.add(READ_ONLY);
        String said = assertThrows(IllegalStateException.class, new Application(folder)::start)
                .getMessage();
        assertTrue(said.contains(folder.resolve("state") + " cannot be written: "), said);
        assertTrue(said.endsWith("Read-only file system; make the folder writable and start again"), said);
        assertTrue(Files.exists(store));
    }

    @Test
    void aFolderThatBecomesReadOnlyIsSaidAndTriedAgain() throws IOException {
        Path folder = Files.createDirectories(clients.get(0).folder);
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD,
                    clients.get(0).handler.handle(READ_ONLY));
        }
        String said = application.obstacle().orElseThrow();
        assertTrue(said.endsWith("Read-only file system; make the folder writable and start again"), said);
        assertTrue(Files.exists(folder));
    }

    @Test
    void itsFilesAreDeletedOnceNobodyIsAtWorkOnThem() throws IOException {
        Path folder = Files.createDirectories(clients.get(0).folder);
        clients.get(0).closesInVain = 2;
        clients.get(0).handler.handle(FULL);

        awaitAnotherClient();
        assertTrue(clients.get(0).stateWasThereUntilClosed);
        assertFalse(Files.exists(folder));
    }

    @Test
    void itIsNotStartedAgainOnceItIsStopped() {
        failures.add(new IllegalStateException("still full"));
        failures.add(new IllegalStateException("still full"));
        clients.get(0).handler.handle(FULL);
        await().atMost(PATIENCE).until(() -> application.obstacle().isPresent());

        application.stop();

        await().during(Duration.ofSeconds(5)).atMost(PATIENCE).until(() -> clients.size() == 1);
    }

    /** A thread that failed while the broker's name led nowhere could not be replaced: nothing went on, and it said that it was ready. */
    @ParameterizedTest
    @EnumSource(names = {"RUNNING", "REBALANCING"})
    void withoutAnyThreadItIsNotReadyAndBeginsAnew(KafkaStreams.State state) {
        Client first = clients.get(0);
        first.withoutThreads = state;
        assertFalse(application.isReady());
        assertEquals(
                StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD,
                first.handler.handle(new IllegalStateException("any")));
        await().atMost(PATIENCE).until(() -> clients.size() == 2);
    }

    /** Kafka was restored from a backup while the folder survived: runs waited for ever for dual steps that a lost time had made. */
    @Test
    void aStateOfTopicsThatAreNoMoreIsNotGoneOnWith(@TempDir Path folder) throws IOException {
        Path state = folder.resolve("state");
        Path store = state.resolve("saddle-any/0_0/rocksdb");
        Application first = new Application(folder);
        first.start();
        first.stop();
        Files.createDirectories(store);

        Application again = new Application(folder);
        again.start();
        again.stop();
        assertTrue(Files.exists(store), "of the same topics it is gone on with");

        changelogs = Map.of(CHANGELOG, Uuid.randomUuid().toString());
        Application after = new Application(folder);
        after.start();
        after.stop();
        assertFalse(Files.exists(store));
        Files.createDirectories(store);

        Files.write(folder.resolve("changelog-topics"), new byte[] {'x', (byte) 0xff});
        Application damaged = new Application(folder);
        damaged.start();
        damaged.stop();
        assertTrue(Files.exists(store), "of a file that is damaged nobody knows");

        changelogs = Map.of();
        Application without = new Application(folder);
        without.start();
        without.stop();
        assertFalse(Files.exists(store));
    }
}
