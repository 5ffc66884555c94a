package io.saddle.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean running = new AtomicBoolean(true);

    private static Serdes ofARegistryThatIsAway() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return Serdes.connect("http://127.0.0.1:" + socket.getLocalPort(), Map.of());
        }
    }

    /** Probes said that all was well, for as long as the registry was away. */
    @Test
    void aRegistryThatIsWaitedForForAMinuteIsSaidAndNoLongerOnceTheWaitIsOver() throws Exception {
        RecordDecoder decoder = new RecordDecoder(ofARegistryThatIsAway(), nanos::get);
        byte[] value = SharedCluster.serdes()
                .serializer(Topics.SNAPSHOTS)
                .serialize(Topics.SNAPSHOTS.name(), Samples.snapshot("run", 1));
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(Topics.SNAPSHOTS.name(), 0, 7, "run".getBytes(StandardCharsets.UTF_8), value);
        AtomicLong looks = new AtomicLong();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            try {
                decoder.decode(Topics.SNAPSHOTS, record, () -> looks.incrementAndGet() > 0 && running.get());
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
        await().until(() -> looks.get() > 0);
        assertEquals(Optional.empty(), decoder.obstacle());
        await().until(() -> decoder.waiting().isPresent());
        String wait = decoder.waiting().orElseThrow();
        assertTrue(wait.startsWith("waits for the schema registry"), "whoever waits for it knows it at once: " + wait);

        nanos.set(Duration.ofMinutes(1).toNanos());
        String obstacle = decoder.obstacle().orElseThrow();
        assertTrue(obstacle.startsWith("waits for the schema registry"), obstacle);

        running.set(false);
        await().until(reading::isDone);
        assertEquals(Optional.empty(), decoder.obstacle());
        assertEquals(Optional.empty(), decoder.waiting());
    }
}
