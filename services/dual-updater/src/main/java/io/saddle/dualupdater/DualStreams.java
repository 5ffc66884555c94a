package io.saddle.dualupdater;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Pause;
import io.saddle.kafka.RecordHistory;
import io.saddle.kafka.TopicHistory;
import io.saddle.serde.Serdes;
import io.saddle.service.ServiceComponent;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes runs, constraints and loss estimates, produces multiplier updates, exactly once. Plain Kafka Streams: Quarkus' extension
 * makes one KafkaStreams for the life of the process, where damaged local state needs a second one with an empty folder, and it
 * waits for topics without end, where every service of saddle ends with exit code 3. Its metrics are one line here.
 */
@ApplicationScoped
public class DualStreams implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(DualStreams.class);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final KafkaSettings kafka;
    private final Serdes serdes;
    private final MeterRegistry meters;
    private final LocalState localState;
    private final InstanceId instance;
    private final int replicationFactor;
    private volatile KafkaStreams streams;
    private KafkaStreamsMetrics clientMeters;
    private boolean stopped;

    public DualStreams(
            KafkaSettings kafka,
            Serdes serdes,
            MeterRegistry meters,
            @ConfigProperty(name = "saddle.data.dir") Path dataDir,
            @ConfigProperty(name = "saddle.streams.replication-factor") int replicationFactor) {
        this.kafka = kafka;
        this.serdes = serdes;
        this.meters = meters;
        this.localState = new LocalState(dataDir.resolve("state"));
        this.instance = new InstanceId(dataDir.resolve("instance-id"));
        this.replicationFactor = replicationFactor;
    }

    @Override
    public void start() {
        try {
            open();
        } catch (StreamsException e) {
            if (!localState.isToBlame(e)) {
                throw e;
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
        return current != null && current.state() == KafkaStreams.State.RUNNING && !current.isPaused();
    }

    RecordHistory past() {
        return new TopicHistory(kafka, serdes);
    }

    /** Paused, Kafka Streams still polls. */
    private static final class StreamsProcessing implements RebuildThreads.Processing {

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

    private synchronized void open() {
        if (stopped) {
            return;
        }
        StreamsProcessing processing = new StreamsProcessing();
        KafkaStreams opened =
                new KafkaStreams(DualTopology.buildTopology(serdes, past(), processing, meters), settings());
        processing.of = opened;
        opened.setUncaughtExceptionHandler(failure -> afterFailure(opened, failure));
        opened.setGlobalStateRestoreListener(new RestoreTime(meters));
        if (clientMeters != null) {
            clientMeters.close();
        }
        clientMeters = new KafkaStreamsMetrics(opened);
        clientMeters.bindTo(meters);
        streams = opened;
        opened.start();
    }

    /** Whatever failed (broker or registry away) is tried again from the last committed transaction. */
    private StreamThreadExceptionResponse afterFailure(KafkaStreams failed, Throwable failure) {
        if (localState.isToBlame(failure)) {
            new Thread(() -> startWithoutLocalState(failed, failure), "dual-updater-restore").start();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.error("a stream thread failed and is replaced", failure);
        Pause.of(BEFORE_NEXT_TRY);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private void startWithoutLocalState(KafkaStreams failed, Throwable failure) {
        Pause.of(BEFORE_NEXT_TRY);
        synchronized (this) {
            if (streams != failed || stopped) {
                return;
            }
            failed.close(CLOSE);
            localState.discard(failure);
            open();
        }
    }

    Properties settings() {
        Properties settings = new Properties();
        settings.putAll(kafka.client());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, DualProcessor.GROUP);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replicationFactor);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, localState.folder().toString());
        // A dead letter is a record of up to 1 MB with headers on top.
        settings.put(StreamsConfig.producerPrefix("max.request.size"), 4 << 20);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        // Started again after a crash, it goes on with what was its own, without waiting for its former self's session.
        settings.put(StreamsConfig.consumerPrefix("group.instance.id"), instance.get());
        // Recovery waits for the dead member's session: seconds rather than the default 45 s.
        settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6000);
        settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 1500);
        return settings;
    }
}
