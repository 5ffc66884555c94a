package io.saddle.console;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.OpenTransaction;
import io.saddle.schema.Severity;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for transactions that nobody ends, and raises an alert of each: whoever waits for what lies behind one waits for ever, and takes it
 * for others' silence.
 */
@ApplicationScoped
public class LeftTransactions implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(LeftTransactions.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final KafkaSettings kafka;
    private final AlertWriter alerts;
    private final Clock clock;
    private PeriodicTask task;

    public LeftTransactions(KafkaSettings kafka, AlertWriter alerts, Clock clock) {
        this.kafka = kafka;
        this.alerts = alerts;
        this.clock = clock;
    }

    @Override
    public void start() {
        task = new PeriodicTask("left-transactions", LOOK_EVERY, LOOK_EVERY, this::look);
    }

    @Override
    public void stop() {
        if (task != null) {
            task.close();
        }
    }

    /** @throws Refusal if an alert cannot be written */
    void look() {
        for (OpenTransaction transaction : open()) {
            if (transaction.isLeft(clock.instant())) {
                alerts.ofNoRun(
                        "open transaction on " + transaction.partition(),
                        Severity.ERROR,
                        "no service reads what lies behind a transaction that is still open: " + transaction,
                        OpenTransaction.REMEDY);
            }
        }
    }

    private List<OpenTransaction> open() {
        List<TopicPartition> partitions = Topics.all().stream()
                .flatMap(topic -> IntStream.range(0, topic.partitions())
                        .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                .toList();
        Admin admin = Admin.create(kafka.admin());
        try {
            return OpenTransaction.of(admin, partitions);
        } catch (ExecutionException e) {
            // A Kafka that does not answer is told by others.
            LOG.debug("it is not known which transactions are open", e);
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } finally {
            // A close that waits would wait for the request that nobody answers.
            admin.close(Duration.ZERO);
        }
    }
}
