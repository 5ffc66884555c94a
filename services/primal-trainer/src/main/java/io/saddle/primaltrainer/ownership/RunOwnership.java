package io.saddle.primaltrainer.ownership;

import io.saddle.kafka.GroupPlace;
import io.saddle.kafka.KafkaSettings;
import io.saddle.pause.Pause;
import io.saddle.run.RunTables;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares the runs among the trainers, by name ({@link SeatAssignor}); beside a trainer of an older build, which knows nothing of that,
 * by the partitions of saddle.runs. The consumer is there for the group alone; the runs themselves are read into the tables.
 */
@ApplicationScoped
public class RunOwnership implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(RunOwnership.class);
    private static final Duration POLL = Duration.ofMillis(250);
    /** Kafka's with a member of a group that does not poll. */
    private static final int USUAL_PATIENCE_MILLIS =
            (int) ConsumerConfig.configDef().defaultValues().get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);

    private static final Duration BESIDE_HANDOVER = Duration.ofMinutes(1);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);

    private final KafkaSettings kafka;
    private final RunSupervisor supervisor;
    private final Seats seats;
    private final Duration handover;
    private final GroupPlace place;
    private final Thread thread = new Thread(this::run, "ownership");
    private volatile boolean running = true;
    private volatile boolean member;

    @Inject
    public RunOwnership(
            KafkaSettings kafka,
            RunSupervisor supervisor,
            RunTables tables,
            Clock clock,
            @ConfigProperty(name = "saddle.trainer.runs-per-submitter") int runsPerSubmitter,
            @ConfigProperty(name = "saddle.trainer.handover") Duration handover) {
        this(kafka, supervisor, tables, clock, runsPerSubmitter, handover, System::nanoTime);
    }

    /** @param nanos a clock that nobody sets */
    RunOwnership(
            KafkaSettings kafka,
            RunSupervisor supervisor,
            RunTables tables,
            Clock clock,
            int runsPerSubmitter,
            Duration handover,
            LongSupplier nanos) {
        if (handover.toSeconds() < 1) {
            throw new IllegalArgumentException("saddle.trainer.handover is " + handover
                    + ": a run that is handed over needs a step and a checkpoint, such as 60S");
        }
        this.kafka = kafka;
        this.supervisor = supervisor;
        this.handover = handover;
        this.seats = new Seats(supervisor, tables, runsPerSubmitter, nanos, clock::millis);
        this.place = new GroupPlace(nanos, handover.plus(GroupPlace.PATIENCE));
    }

    @Override
    public void start() {
        thread.start();
    }

    /** Hands every run over: each is checkpointed first. */
    @Override
    public void stop() {
        running = false;
        try {
            thread.join(handover.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<String> obstacle() {
        return member ? Optional.empty() : Optional.of("the group of the trainers has given it no place yet");
    }

    @Override
    public int order() {
        return 1;
    }

    private void run() {
        while (running) {
            try {
                share();
            } catch (RuntimeException | Error e) {
                member = false;
                LOG.error("the share of the runs is lost and asked for again", e);
                if (!Pause.of(BEFORE_NEXT_TRY)) {
                    return;
                }
            }
        }
    }

    private void share() {
        Map<String, Object> settings = kafka.consumer("saddle-primal-trainer");
        settings.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(SeatAssignor.class, CooperativeStickyAssignor.class));
        settings.put(SeatAssignor.SEATING, seats);
        // Or the group takes whoever hands over for lost, and its runs for free.
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int)
                Math.max(USUAL_PATIENCE_MILLIS, handover.plus(BESIDE_HANDOVER).toMillis()));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            place.lost();
            consumer.subscribe(List.of(Topics.RUNS.name()), new Sharing(consumer));
            try {
                while (running) {
                    consumer.poll(POLL);
                    place.require(consumer);
                    supervisor.tick();
                    if (seats.wantsSharing()) {
                        consumer.enforceRebalance("a run waits, or one is given up");
                    }
                }
            } finally {
                // Before the group hears of the farewell, so that whoever takes a run up finds its last checkpoint.
                handOver();
            }
        }
    }

    private void handOver() {
        try {
            supervisor.handOverAll(handover);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Sharing implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        Sharing(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            place.given();
            consumer.pause(partitions);
            supervisor.assigned(numbers(partitions));
            if (!seats.isOf(consumer.groupMetadata().generationId())) {
                seats.leaveOff();
                supervisor.shareByPartitions();
            }
            member = true;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            try {
                supervisor.revoked(numbers(partitions), handover);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            member = false;
            place.lost();
            onPartitionsRevoked(partitions);
        }

        private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }
}
