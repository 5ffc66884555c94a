package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.saddle.schema.Alert;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LeftTransactionsTest extends ConsoleTest {

    private static final String TOPIC = Topics.SLOT_RESULTS.name();

    @Inject
    LeftTransactions transactions;

    private long write(Producer<byte[], byte[]> writer, int partition, Duration ago) throws Exception {
        long then = System.currentTimeMillis() - ago.toMillis();
        return writer.send(new ProducerRecord<>(TOPIC, partition, then, new byte[1], new byte[1]))
                .get()
                .offset();
    }

    private List<Alert> alerts() {
        return written(Topics.ALERTS, "").stream()
                .filter(alert -> alert.getMessage().contains(TOPIC))
                .toList();
    }

    /** A run behind one blamed the dual updater, which had answered. */
    @Test
    void whatNobodyEndsIsAnAlertAndWhatWasBegunJustNowIsNone() throws Exception {
        Map<String, Object> settings = kafka.producer();
        settings.put("transactional.id", run);
        try (Producer<byte[], byte[]> writer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            writer.initTransactions();
            writer.beginTransaction();
            long offset = write(writer, 1, Duration.ofMinutes(4));
            write(writer, 2, Duration.ofMinutes(2));
            transactions.look();
            transactions.look();
            writer.abortTransaction();
            transactions.look();

            assertEquals(1, alerts().size(), alerts()::toString);
            Alert alert = alerts().get(0);
            assertEquals(
                    "no service reads what lies behind a transaction that is still open: " + TOPIC + "-1 from offset "
                            + offset + " on",
                    alert.getMessage().split(",")[0]);
            assertEquals(
                    "end it, unless its writer still does: Kafka's bin/kafka-transactions.sh --bootstrap-server HOST:PORT abort"
                            + " --topic TOPIC --partition N --start-offset OFFSET",
                    alert.getRemedy());
        }
    }
}
