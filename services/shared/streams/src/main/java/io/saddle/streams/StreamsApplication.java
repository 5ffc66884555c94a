package io.saddle.streams;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicIds;
import io.saddle.pause.Pause;
import io.saddle.service.ServiceComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topology that runs as long as its service, exactly once. Plain Kafka Streams: Quarkus' extension makes one KafkaStreams for the
 * life of the process, where damaged local state needs a second one with an empty folder, and it waits for topics without end, where
 * every service of saddle ends with exit code 3. Its metrics are one line here.
 */
public abstract class StreamsApplication implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsApplication.class);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(16);
    private static final Duration CLOSE = Duration.ofSeconds(10);
    /** A thread, by Kafka Streams. */
    private static final Duration REPLACED_WITHIN = Duration.ofSeconds(10);

    /** The processing of records by all tasks. A task that is paused keeps its partition; paused again, it stays so. */
    public interface Processing {
        void pause();

        void resume();
    }

    private final String id;
    private final KafkaSettings kafka;
    private final MeterRegistry meters;
    private final String meterPrefix;
    private final LocalState localState;
    private final StateOrigin origin;
    private final InstanceId instance;
    private final int replicationFactor;
    private volatile KafkaStreams streams;
    private KafkaStreamsMetrics clientMeters;
    private boolean stopped;
    private final FailuresOfLate failures = new FailuresOfLate(System::nanoTime);

    /**
     * @param id of the application: its consumer group, and the beginning of the names of its internal topics
     * @param meterPrefix of the meters of its store's restoration
     * @param dataDir has its local state, and its name in the group; null where its stores are in memory alone
     * @param replicationFactor of its internal topics
     */
    protected StreamsApplication(
            String id,
            KafkaSettings kafka,
            MeterRegistry meters,
            String meterPrefix,
            Path dataDir,
            int replicationFactor) {
        this.id = id;
        this.kafka = kafka;
        this.meters = meters;
        this.meterPrefix = meterPrefix;
        this.localState = dataDir == null ? null : new LocalState(dataDir.resolve("state"));
        this.origin = dataDir == null ? null : new StateOrigin(dataDir.resolve("changelog-topics"));
        this.instance = dataDir == null ? null : new InstanceId(dataDir.resolve("instance-id"));
        this.replicationFactor = replicationFactor;
    }

    /** What is to run; asked for again after damage to the local state. */
    protected abstract Topology topology(Processing processing);

    @Override
    public void start() {
        try {
            open();
        } catch (StreamsException e) {
            if (!isLocalStateToBlame(e)) {
                throw (RuntimeException) explained(e);
            }
            localState.discard(e);
            open();
        }
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (streams != null) {
            // Whoever is left takes over at once.
            streams.close(new KafkaStreams.CloseOptions().timeout(CLOSE).leaveGroup(true));
        }
    }

    @Override
    public boolean isReady() {
        KafkaStreams current = streams;
        return current != null
                && current.state() == KafkaStreams.State.RUNNING
                && !current.isPaused()
                && hasThreads(current);
    }

    /** Without any it is RUNNING, too: where a thread that failed could not be replaced. */
    private static boolean hasThreads(KafkaStreams running) {
        try {
            return !running.metadataForLocalThreads().isEmpty();
        } catch (IllegalStateException e) {
            // It is not running any more.
            return false;
        }
    }

    /** Paused, Kafka Streams still polls. */
    private static final class StreamsProcessing implements Processing {

        private volatile KafkaStreams of;

        @Override
        public void pause() {
            of.pause();
        }

        @Override
        public void resume() {
            of.resume();
        }
    }

    /** What its threads fail of, again and again. */
    @Override
    public Optional<String> obstacle() {
        return failures.again().map(what -> id + " fails again and again: " + what);
    }

    private synchronized void open() {
        if (stopped) {
            return;
        }
        if (localState != null) {
            RocksLibrary.loadFrom(localState.folder().resolveSibling("library"));
            Map<String, String> changelogs = changelogs();
            if (origin.isAnother(changelogs)) {
                localState.discardAsForeign();
            }
            origin.keep(changelogs);
        }
        StreamsProcessing processing = new StreamsProcessing();
        KafkaStreams opened = client(topology(processing));
        try {
            processing.of = opened;
            opened.setUncaughtExceptionHandler(failure -> afterFailure(opened, failure));
            opened.setStateListener((now, before) -> {
                if (now == KafkaStreams.State.RUNNING && localState != null && !origin.isKept()) {
                    // Kafka Streams has made them just before; its own threads do not wait for this.
                    Thread look = new Thread(this::keepOrigin, id + "-origin");
                    look.setDaemon(true);
                    look.start();
                }
            });
            opened.setGlobalStateRestoreListener(new RestoreTime(meters, meterPrefix));
            if (clientMeters != null) {
                clientMeters.close();
            }
            clientMeters = new KafkaStreamsMetrics(opened);
            clientMeters.bindTo(meters);
            opened.start();
        } catch (RuntimeException | Error e) {
            // It has a lock on the local state, and perhaps threads.
            opened.close(CLOSE);
            throw e;
        }
        streams = opened;
    }

    private void keepOrigin() {
        try {
            origin.keep(changelogs());
        } catch (RuntimeException e) {
            // Kept at the next start, unless Kafka is another one by then.
            LOG.warn("{}: which changelog topics its local state is of is not known yet: {}", id, e.toString());
        }
    }

    /** Ids of the changelog topics of its stores that there are, by their names. */
    Map<String, String> changelogs() {
        try {
            return TopicIds.of(kafka, name -> name.startsWith(id + "-") && name.endsWith("-changelog"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(id + ": its changelog topics cannot be looked at: " + e.getCause(), e);
        }
    }

    /** Not yet started. */
    KafkaStreams client(Topology topology) {
        return new KafkaStreams(topology, settings());
    }

    private boolean isLocalStateToBlame(Throwable failure) {
        return localState != null && localState.isToBlame(failure);
    }

    private Throwable explained(Throwable failure) {
        return localState == null ? failure : localState.explained(failure);
    }

    /** Whatever failed (broker or registry away) is tried again from the last committed transaction. */
    private StreamThreadExceptionResponse afterFailure(KafkaStreams failed, Throwable failure) {
        failures.add(explained(failure));
        if (isLocalStateToBlame(failure)) {
            new Thread(() -> startAnew(failed, failure), id + "-restore").start();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.error("a stream thread failed and is replaced", failure);
        Pause.of(BEFORE_NEXT_TRY);
        Thread watch = new Thread(() -> startAnewWithoutThreads(failed), id + "-watch");
        watch.setDaemon(true);
        watch.start();
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    Duration replacedWithin() {
        return REPLACED_WITHIN;
    }

    /**
     * Kafka Streams replaces a thread if its clients can be made at that moment, and else goes on without: in a rebalance, which none is
     * there to end, if it was in one.
     */
    private void startAnewWithoutThreads(KafkaStreams failed) {
        if (Pause.of(replacedWithin())
                && isWanted(failed)
                && failed.state().isRunningOrRebalancing()
                && !hasThreads(failed)) {
            startAnew(failed, null);
        }
    }

    /**
     * Nobody else would start it again: it goes on until it is open, as when a full disk has room again.
     *
     * @param failure that the local state is to blame for; null where it is not
     */
    private void startAnew(KafkaStreams failed, Throwable failure) {
        Duration wait = BEFORE_NEXT_TRY;
        while (Pause.of(wait) && isWanted(failed)) {
            try {
                replace(failed, failure);
                return;
            } catch (RuntimeException | Error e) {
                LOG.error("{} cannot be started again yet and is tried again", id, e);
                failures.add(explained(e));
            }
            wait = wait.compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : wait;
        }
    }

    /** True until the failed one was replaced or the application was stopped. */
    private synchronized boolean isWanted(KafkaStreams failed) {
        return streams == failed && !stopped;
    }

    private void replace(KafkaStreams failed, Throwable failure) {
        // Outside the lock, so that the application can be stopped meanwhile.
        if (!failed.close(CLOSE)) {
            throw new IllegalStateException(
                    "its stream threads are still at work on the local state that failed; restart the service if they do not end");
        }
        synchronized (this) {
            if (isWanted(failed)) {
                if (failure != null) {
                    localState.discard(failure);
                }
                open();
            }
        }
    }

    /** Those of Kafka Streams and its clients. */
    protected Properties settings() {
        Properties settings = new Properties();
        settings.putAll(kafka.client());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replicationFactor);
        // A dead letter is a record of up to 1 MB with headers on top.
        settings.put(StreamsConfig.producerPrefix("max.request.size"), 4 << 20);
        // A store's record may hold what came of many records. Of topics that are made from now on; those that are
        // there keep their bound.
        settings.put(StreamsConfig.topicPrefix("max.message.bytes"), 2 << 20);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        settings.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, RecordTime.class);
        if (localState != null) {
            settings.put(StreamsConfig.STATE_DIR_CONFIG, localState.folder().toString());
            // Started again after a crash, it goes on with what was its own, without waiting for its former self's
            // session.
            settings.put(StreamsConfig.consumerPrefix("group.instance.id"), instance.get());
        }
        // Recovery waits for the dead member's session: seconds rather than the default 45 s.
        settings.putIfAbsent("session.timeout.ms", 6000);
        settings.putIfAbsent("heartbeat.interval.ms", 1500);
        return settings;
    }
}
