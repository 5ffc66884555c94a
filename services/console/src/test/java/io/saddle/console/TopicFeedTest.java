package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.console.access.AccessTokens;
import io.saddle.console.access.Projects;
import io.saddle.console.history.PageHistory;
import io.saddle.console.history.RunHistories;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.run.RunTables;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.Severity;
import io.saddle.serde.Serdes;
import io.saddle.service.AlertLog;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What a console that has just started knows, over a real broker and registry. */
class TopicFeedTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String run = "run-" + UUID.randomUUID();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final KafkaSettings kafka = cluster();
    private final Serdes serdes = kafka.serdes();

    private static KafkaSettings cluster() {
        Map<String, String> settings = new ClusterResource().start();
        return new KafkaSettings(settings.get("kafka.bootstrap.servers"), settings.get("saddle.registry.url"));
    }

    /** Those that cannot take this run's dual steps yet, as if there were many before them. */
    private RunHistories slow(DeadLetters deadLetters) {
        return new RunHistories(kafka, serdes, deadLetters) {
            @Override
            public PageHistory of(String runId) {
                if (runId.equals(run)) {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return super.of(runId);
            }
        };
    }

    private TopicFeed feed(KafkaProducer<byte[], byte[]> producer, SimpleMeterRegistry meters) {
        DeadLetters deadLetters = new DeadLetters(producer, "console");
        return feed(deadLetters, slow(deadLetters), meters);
    }

    private TopicFeed feed(DeadLetters deadLetters, RunHistories histories, SimpleMeterRegistry meters) {
        return new TopicFeed(
                kafka,
                serdes,
                deadLetters,
                new RunTables(),
                histories,
                new AccessTokens(Clock.systemUTC()),
                new Projects(),
                meters);
    }

    private MultiplierUpdate dualStep() {
        return MultiplierUpdate.newBuilder()
                .setRunId(run)
                .setDualStep(1)
                .setStep(10)
                .setConstraints(List.of(RunViewsTest.row("a", 1, 0, 1, -2.0, 3)))
                .setObjectiveWeight(0.5)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    @Test
    void itIsAtWorkBeforeItHasReadTheDualStepsOfAllTimesAndTellsNothingOfThemUntilThen() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            new Publisher(producer, serdes)
                    .send(Topics.MULTIPLIERS, run, dualStep())
                    .get();
            TopicFeed feed = feed(producer, new SimpleMeterRegistry());
            CompletableFuture<Void> started = CompletableFuture.runAsync(() -> {
                try {
                    feed.start();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            try {
                await().atMost(PATIENCE).until(() -> feed.isReady() && started.isDone());
                assertFalse(feed.views().knowsDualSteps());
                assertTrue(feed.views().multipliers(run).isEmpty());

                goOn.countDown();
                await().atMost(PATIENCE).until(() -> feed.views().knowsDualSteps());
                assertEquals(10, feed.views().multipliers(run).orElseThrow().getStep());
            } finally {
                goOn.countDown();
                feed.stop();
            }
        }
    }

    /** Histories that fail once with this run, as a disk may. */
    private RunHistories failingOnce(DeadLetters deadLetters, AtomicInteger asked) {
        return new RunHistories(kafka, serdes, deadLetters) {
            @Override
            public PageHistory of(String runId) {
                if (runId.equals(run) && asked.incrementAndGet() == 1) {
                    throw new UncheckedIOException(new IOException("Input/output error"));
                }
                return super.of(runId);
            }
        };
    }

    private Alert alert(AlertKind kind) {
        return new AlertLog("trainer", Clock.systemUTC())
                .raise(UUID.randomUUID().toString(), run, kind, Severity.ERROR, "it broke", "mend it", null)
                .orElseThrow();
    }

    private static Counter errors(SimpleMeterRegistry meters, AlertKind kind) {
        return meters.get("saddle.alerts")
                .tags("kind", kind.name(), "severity", Severity.ERROR.name())
                .counter();
    }

    /** Months of mended faults paged somebody after a second without rights on a topic. */
    @Test
    void alertsThatAReaderReadsAgainAreNotCountedAndThoseThatComeAreOnce() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        AtomicInteger asked = new AtomicInteger();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            Publisher publisher = new Publisher(producer, serdes);
            publisher.send(Topics.ALERTS, run, alert(AlertKind.OTHER)).get();
            DeadLetters deadLetters = new DeadLetters(producer, "console");
            TopicFeed feed = feed(deadLetters, failingOnce(deadLetters, asked), meters);
            try {
                feed.start();
                Counter counter = errors(meters, AlertKind.OTHER);
                publisher.send(Topics.ALERTS, run, alert(AlertKind.OTHER)).get();
                await().atMost(PATIENCE).until(() -> counter.count() == 1);
                RunMetadata metadata = RunMetadata.newBuilder()
                        .setRunId(run)
                        .setRevision(1)
                        .setLifecycle(RunLifecycle.ACTIVE)
                        .setLifecycleSince(Instant.EPOCH)
                        .setUpdatedAt(Instant.EPOCH)
                        .build();
                publisher.send(Topics.RUN_METADATA, run, metadata).get();
                await().atMost(PATIENCE).until(() -> asked.get() == 2);
                publisher.send(Topics.ALERTS, run, alert(AlertKind.DISK_FULL)).get();
                Counter behind = errors(meters, AlertKind.DISK_FULL);
                await().atMost(PATIENCE).until(() -> behind.count() == 1);
                assertEquals(1, counter.count());
            } finally {
                feed.stop();
            }
        }
    }

    /** Whoever scrapes a counter that comes with its first alert never sees it rise. */
    @Test
    void alertsOfEveryKindAreCountedFromNought() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            feed(producer, meters);
        }
        for (AlertKind kind : AlertKind.values()) {
            for (Severity severity : Severity.values()) {
                Counter counter = meters.find("saddle.alerts")
                        .tags("kind", kind.name(), "severity", severity.name())
                        .counter();
                assertNotNull(counter, kind + " " + severity);
                assertEquals(0, counter.count());
            }
        }
    }
}
