package io.saddle.primaltrainer.ownership;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;

/**
 * Shares runs among the trainers of a group rather than partitions: each trainer's subscription says what it has and can take, the
 * group's leader decides, and each trainer's assignment names its runs. Who is there, who is gone and who decides is Kafka's. The
 * partitions of the topic stay with whoever has them, so that they are there should a trainer of an older build come; nobody reads them.
 *
 * <p>What a group's members say stands in one record of Kafka's own topic, so both are about 60 bytes a run: some thousand runs under
 * way at the same time are within its 1 MB.
 */
public final class SeatAssignor implements ConsumerPartitionAssignor, Configurable {

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
        subscriptions
                .groupSubscription()
                .forEach((member, subscription) -> standings.put(member, read(STANDING, subscription.userData())));
        Map<String, Map<String, Long>> shares = seating.share(standings);
        Map<String, Assignment> assignments = new HashMap<>();
        partitions(metadata, subscriptions)
                .forEach((member, partitions) ->
                        assignments.put(member, new Assignment(partitions, write(shares.get(member)))));
        return new GroupAssignment(assignments);
    }

    /** None goes to one member while another still has it, which the consumer would refuse. */
    private static Map<String, List<TopicPartition>> partitions(Cluster metadata, GroupSubscription subscriptions) {
        Map<String, List<TopicPartition>> shares = new TreeMap<>();
        Set<TopicPartition> taken = new HashSet<>();
        new TreeMap<>(subscriptions.groupSubscription())
                .forEach((member, subscription) -> shares.put(
                        member,
                        new ArrayList<>(subscription.ownedPartitions().stream()
                                .filter(taken::add)
                                .toList())));
        subscriptions.groupSubscription().values().stream()
                .flatMap(subscription -> subscription.topics().stream())
                .distinct()
                .flatMap(topic -> metadata.partitionsForTopic(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .filter(taken::add)
                .forEach(partition -> Collections.min(shares.values(), Comparator.comparingInt(List::size))
                        .add(partition));
        return shares;
    }

    @Override
    public List<RebalanceProtocol> supportedProtocols() {
        return List.of(RebalanceProtocol.COOPERATIVE, RebalanceProtocol.EAGER);
    }

    @Override
    public void onAssignment(Assignment assignment, ConsumerGroupMetadata metadata) {
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
