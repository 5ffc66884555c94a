package io.saddle.streams;

import io.saddle.topic.RunPartitioner;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** The partitions of what a topology writes: those of {@link RunPartitioner}. */
public final class ByRun implements StreamPartitioner<String, Object> {

    @Override
    public Optional<Set<Integer>> partitions(String topic, String key, Object value, int partitions) {
        return Optional.of(Set.of(RunPartitioner.partition(key, partitions)));
    }
}
