package io.saddle.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A transaction that has not ended, behind whose beginning no service reads: each takes committed records alone. One that the coordinator
 * has forgotten stays open for ever (KIP-664).
 *
 * @param offset of its first record
 * @param producerId Kafka's number of its writer
 * @param since when its writer wrote the last of its records there, by the writer's clock
 */
public record OpenTransaction(TopicPartition partition, long offset, long producerId, Instant since) {

    /** For people. */
    public static final String REMEDY =
            "end it, unless its writer still does: Kafka's bin/kafka-transactions.sh --bootstrap-server HOST:PORT abort"
                    + " --topic TOPIC --partition N --start-offset OFFSET";

    /** Those of services end within seconds, or Kafka ends them after a minute at most. */
    public static final Duration TOLERABLE = Duration.ofMinutes(3);

    /** Whether nobody may come to end it. */
    public boolean isLeft(Instant now) {
        return since.plus(TOLERABLE).isBefore(now);
    }

    /**
     * Asks for those of partitions, the oldest first; of those that the login may not read, or that are not there, nothing is known.
     *
     * @throws ExecutionException if Kafka does not answer
     */
    public static List<OpenTransaction> of(Admin admin, Collection<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        List<OpenTransaction> open = new ArrayList<>();
        DescribeProducersResult answers = admin.describeProducers(partitions);
        for (TopicPartition partition : partitions) {
            try {
                answers.partitionResult(partition).get().activeProducers().stream()
                        .filter(producer ->
                                producer.currentTransactionStartOffset().isPresent())
                        .map(producer -> new OpenTransaction(
                                partition,
                                producer.currentTransactionStartOffset().getAsLong(),
                                producer.producerId(),
                                Instant.ofEpochMilli(producer.lastTimestamp())))
                        .forEach(open::add);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof AuthorizationException
                        || e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        open.sort(Comparator.comparing(OpenTransaction::since));
        return open;
    }

    @Override
    public String toString() {
        return partition + " from offset " + offset + " on, written by producer " + producerId + ", last at " + since;
    }
}
