package io.saddle.primaltrainer.ownership;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.saddle.kafka.SharedCluster;
import io.saddle.run.RunTables;
import io.saddle.topic.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class RunOwnershipTest {

    private static final String GROUP = "saddle-primal-trainer";

    private final AtomicLong passed = new AtomicLong();
    private final RunTables tables = new RunTables();

    private RunOwnership ownership() {
        RunSupervisor supervisor = new RunSupervisor(
                tables,
                new RunStatusTable(),
                run -> {
                    throw new IllegalStateException("there are no runs");
                },
                1,
                run -> false,
                () -> 1,
                Clock.systemUTC());
        return new RunOwnership(
                SharedCluster.settings(),
                supervisor,
                tables,
                Clock.systemUTC(),
                0,
                Duration.ofSeconds(60),
                () -> System.nanoTime() + passed.get());
    }

    private static KafkaConsumer<byte[], byte[]> otherTrainer() {
        Map<String, Object> settings = SharedCluster.settings().consumer(GROUP);
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        KafkaConsumer<byte[], byte[]> other =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        other.subscribe(List.of(Topics.RUNS.name()));
        return other;
    }

    private static Set<String> members(Admin admin) throws Exception {
        return admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP).members().stream()
                .map(MemberDescription::consumerId)
                .collect(Collectors.toSet());
    }

    /** After a crash of the broker its coordinator may forget who joins: five minutes, in which no run is trained. */
    @Test
    void aTrainerThatTheGroupGivesNoPlaceJoinsAnew() throws Exception {
        RunOwnership ownership = ownership();
        try (Admin admin = Admin.create(SharedCluster.settings().admin());
                KafkaConsumer<byte[], byte[]> other = otherTrainer()) {
            await().until(() -> {
                other.poll(Duration.ofMillis(100));
                return other.assignment().size() == Topics.RUNS.partitions();
            });
            ownership.start();
            await().until(() -> members(admin).size() == 2);
            Set<String> before = members(admin);
            passed.addAndGet(Duration.ofMinutes(3).toNanos());
            // Who has waited there in vain stays a member for some time: its farewell waits behind its question.
            await().until(() -> !before.containsAll(members(admin)));
            assertFalse(ownership.isReady());
            other.close();
            await().until(ownership::isReady);
        } finally {
            ownership.stop();
        }
    }
}
