package io.saddle.stack.testing;

import io.saddle.kafka.RecordHistory;
import io.saddle.topic.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** A past that a test writes down. */
public final class ListedPast implements RecordHistory {

    private final Map<Topic<?>, List<Object>> records = new HashMap<>();
    private final Map<Topic<?>, Set<String>> deleted = new HashMap<>();

    public <T extends SpecificRecord> void add(Topic<T> topic, T record) {
        records.computeIfAbsent(topic, t -> new ArrayList<>()).add(record);
    }

    /** The newest record of a key has no value. */
    public void delete(Topic<?> topic, String key) {
        deleted.computeIfAbsent(topic, t -> new HashSet<>()).add(key);
    }

    @Override
    public Set<String> deleted(Topic<?> topic, int partition) {
        return deleted.getOrDefault(topic, Set.of());
    }

    @Override
    public <T extends SpecificRecord> Optional<T> newest(Topic<T> topic, int partition) {
        List<Object> all = records.getOrDefault(topic, List.of());
        return all.isEmpty() ? Optional.empty() : Optional.of(topic.valueType().cast(all.get(all.size() - 1)));
    }

    @Override
    public <T extends SpecificRecord> void forEach(Topic<T> topic, int partition, Consumer<T> action) {
        List.copyOf(records.getOrDefault(topic, List.of()))
                .forEach(record -> action.accept(topic.valueType().cast(record)));
    }
}
