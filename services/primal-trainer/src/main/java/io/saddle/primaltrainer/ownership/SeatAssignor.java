package io.saddle.primaltrainer.ownership;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;

/**
 * Shares runs among the trainers of a group rather than partitions: each trainer's subscription says what it has and can take, the
 * group's leader decides, and each trainer's assignment names its runs. Who is there, who is gone and who decides is Kafka's. The
 * partitions of the topic are shared too, as they were before; nobody reads them.
 *
 * <p>What a group's members say stands in one record of Kafka's own topic, so both are about 60 bytes a run: some thousand runs under
 * way at the same time are within its 1 MB.
 */
public final class SeatAssignor extends CooperativeStickyAssignor implements Configurable {

    /** The consumer's setting that has the {@link Seating}. */
    static final String SEATING = "saddle.seating";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader STANDING = JSON.readerFor(TrainerStanding.class);
    private static final ObjectReader RUNS = JSON.readerFor(new TypeReference<Map<String, Long>>() {});

    private Seating seating;

    @Override
    public void configure(Map<String, ?> settings) {
        seating = (Seating) settings.get(SEATING);
    }

    @Override
    public String name() {
        return "saddle-seats";
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        return write(seating.standing());
    }

    @Override
    public GroupAssignment assign(Cluster metadata, GroupSubscription subscriptions) {
        Map<String, TrainerStanding> standings = new HashMap<>();
        Map<String, Subscription> partitionsOnly = new HashMap<>();
        subscriptions.groupSubscription().forEach((member, subscription) -> {
            standings.put(member, read(STANDING, subscription.userData()));
            partitionsOnly.put(
                    member,
                    new Subscription(
                            subscription.topics(),
                            null,
                            subscription.ownedPartitions(),
                            subscription.generationId().orElse(DEFAULT_GENERATION),
                            subscription.rackId()));
        });
        Map<String, Map<String, Long>> shares = seating.share(standings);
        Map<String, Assignment> assignments = new HashMap<>();
        super.assign(metadata, new GroupSubscription(partitionsOnly))
                .groupAssignment()
                .forEach((member, partitions) -> assignments.put(
                        member, new Assignment(partitions.partitions(), write(shares.getOrDefault(member, Map.of())))));
        return new GroupAssignment(assignments);
    }

    @Override
    public void onAssignment(Assignment assignment, ConsumerGroupMetadata metadata) {
        super.onAssignment(assignment, metadata);
        seating.seated(read(RUNS, assignment.userData()), metadata.generationId());
    }

    private static ByteBuffer write(Object value) {
        try {
            return ByteBuffer.wrap(JSON.writeValueAsBytes(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T read(ObjectReader reader, ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        try {
            return reader.readValue(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("a trainer of another build speaks of its seats otherwise", e);
        }
    }
}
