package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.topic.DeadLetterHeaders;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records that nobody can read, on every topic, among those of a run. */
final class Garbage extends Scenario {

    private static final Duration POLL = Duration.ofMillis(200);

    private static final String KEY_PREFIX = "garbage-";

    private final Intensity intensity;
    private final Random random;

    Garbage(Intensity intensity, long seed) {
        super("garbage", intensity.garbagePerTopic() + " unreadable records on each topic while a run trains");
        this.intensity = intensity;
        this.random = new Random(seed);
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        SoakSpec spec = SoakSpec.of("among-garbage", 240);
        RunLog undisturbed = stack.undisturbed(spec);
        FollowedRun history = stack.submit(spec);
        stack.awaitSteps(history, 20);
        send(stack);
        List<Claim> claims = new ArrayList<>(Audit.likeUndisturbed(undisturbed, stack.ended(spec), spec.steps()));
        claims.add(kept(stack));
        claims.add(stack.everyServiceLives());
        return claims;
    }

    /** Waits until all that was sent is among the dead letters. */
    Claim kept(SoakStack stack) throws InterruptedException {
        Map<String, Integer> expected = new TreeMap<>();
        Topics.all().forEach(topic -> expected.put(topic.name(), intensity.garbagePerTopic()));
        Map<String, Set<String>> kept = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                stack.kafka().consumer("saddle-garbage-" + UUID.randomUUID()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            assign(consumer);
            stack.await("the dead letters", () -> {
                for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
                    if (isOurs(letter)) {
                        kept.computeIfAbsent(header(letter, DeadLetterHeaders.TOPIC), topic -> new HashSet<>())
                                .add(header(letter, DeadLetterHeaders.PARTITION) + "@"
                                        + header(letter, DeadLetterHeaders.OFFSET));
                    }
                }
                return counts(kept).equals(expected);
            });
        }
        return Claim.equal(
                "every unreadable record is among the dead letters, with where it stood", expected, counts(kept));
    }

    void send(SoakStack stack) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(stack.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < intensity.garbagePerTopic(); i++) {
                for (Topic<?> topic : Topics.all()) {
                    byte[] key = (KEY_PREFIX + i).getBytes(StandardCharsets.UTF_8);
                    producer.send(new ProducerRecord<>(topic.name(), i % topic.partitions(), key, value()));
                }
            }
            producer.flush();
        }
        stack.say("sent " + intensity.garbagePerTopic() * Topics.all().size() + " records");
    }

    /** Text, a schema id that there is not, a known id with noise behind it, or next to nothing. */
    private byte[] value() {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        return switch (random.nextInt(4)) {
            case 0 -> "this is not Avro".getBytes(StandardCharsets.UTF_8);
            case 1 ->
                ByteBuffer.allocate(5 + noise.length)
                        .put((byte) 0)
                        .putInt(1_000_000 + random.nextInt(1000))
                        .put(noise)
                        .array();
            case 2 -> new byte[] {0};
            default ->
                ByteBuffer.allocate(5 + 3)
                        .put((byte) 0)
                        .putInt(1)
                        .put(new byte[] {-1, -1, -1})
                        .array();
        };
    }

    private static void assign(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic<?> topic : Topics.all()) {
            for (int p = 0; p < topic.partitions(); p++) {
                partitions.add(new TopicPartition(topic.deadLetterName(), p));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Other scenarios leave dead letters too. */
    private static boolean isOurs(ConsumerRecord<byte[], byte[]> letter) {
        return letter.key() != null && new String(letter.key(), StandardCharsets.UTF_8).startsWith(KEY_PREFIX);
    }

    private static Map<String, Integer> counts(Map<String, Set<String>> kept) {
        Map<String, Integer> counts = new TreeMap<>();
        kept.forEach((topic, places) -> counts.put(topic, places.size()));
        return counts;
    }

    private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
