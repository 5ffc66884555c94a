package io.saddle.lab.soak;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.schema.SlotResult;
import io.saddle.topic.Topics;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Results that no trainer sent: old ones once more, and such that are of another base, step or slot than they say. */
final class SlotForger implements AutoCloseable {

    /** Whom they say they are of. */
    static final String NAME = "forger";

    private static final int AT_ONCE = 20;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Publisher publisher;
    private final Random random;
    private long sent;

    SlotForger(KafkaSettings kafka, long seed) {
        producer = new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        publisher = new Publisher(producer, kafka.serdes());
        random = new Random(seed);
    }

    /** Sends some, made of true ones. */
    void forge(List<SlotResult> genuine) {
        for (int i = 0; i < AT_ONCE && !genuine.isEmpty(); i++) {
            SlotResult result = forged(any(genuine), any(genuine));
            publisher.send(Topics.SLOT_RESULTS, result.getRunId(), result);
            sent++;
        }
        producer.flush();
    }

    private SlotResult any(List<SlotResult> genuine) {
        return genuine.get(random.nextInt(genuine.size()));
    }

    private SlotResult forged(SlotResult result, SlotResult other) {
        SlotResult.Builder forged = SlotResult.newBuilder(result).setWorker(NAME);
        return switch (random.nextInt(5)) {
            case 0 -> forged.build();
            case 1 -> forged.setRound("0".repeat(64)).setState(other.getState()).build();
            case 2 -> forged.setStep(result.getStep() - 1).build();
            case 3 -> forged.setSlot(99).build();
            default -> forged.setRound(other.getRound().substring(1) + "0").build();
        };
    }

    long sent() {
        return sent;
    }

    @Override
    public void close() {
        producer.close();
    }
}
