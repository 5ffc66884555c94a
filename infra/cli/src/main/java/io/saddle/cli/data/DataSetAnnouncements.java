package io.saddle.cli.data;

import io.saddle.audit.ChangeOrigin;
import io.saddle.cli.terminal.CommandException;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.TopicContents;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import io.saddle.schema.DataSet;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Says on saddle.datasets what an artifact store holds. */
public final class DataSetAnnouncements {

    private final KafkaSettings kafka;
    private final Serdes serdes;
    private final StoredDataSets sets;
    private final ChangeOrigin origin;

    /** @param origin of what is said, for the audit */
    public DataSetAnnouncements(KafkaSettings kafka, StoredDataSets sets, ChangeOrigin origin) {
        this.kafka = kafka;
        this.serdes = kafka.serdes();
        this.sets = sets;
        this.origin = origin;
    }

    /**
     * What {@link #bringUpToDate} did.
     *
     * @param announced versions that were not on the topic, or not as they are
     * @param withdrawn keys of versions that are no longer in the store
     * @param damaged versions that cannot be read, with the reason
     */
    public record Changes(List<String> announced, List<String> withdrawn, List<String> damaged) {

        /** True if the topic says what the store holds. */
        public boolean isNothing() {
            return announced.isEmpty() && withdrawn.isEmpty() && damaged.isEmpty();
        }
    }

    /** Something to be said. */
    @FunctionalInterface
    interface Saying {
        void say() throws IOException, InterruptedException;
    }

    /**
     * Says it, or why it was not said: what is done to the store is done either way.
     *
     * @param err is told, and what says it later
     * @throws IOException if the store cannot be read
     */
    static void orWarn(Saying saying, PrintWriter err) throws IOException, InterruptedException {
        try {
            saying.say();
        } catch (CommandException | KafkaException e) {
            err.println("warning: not announced (" + e.getMessage()
                    + "): './saddle data announce' or the next './saddle up' does that later");
        }
    }

    /**
     * Announces a version; it is durable when this returns.
     *
     * @throws KafkaException if Kafka or the registry does not take it
     */
    public void announce(DataSetAddress version) throws IOException, InterruptedException {
        Map<String, DataSet> record = new TreeMap<>();
        record.put(key(version), sets.record(version));
        send(record);
    }

    /**
     * Says that versions are gone.
     *
     * @throws KafkaException if Kafka does not take it
     */
    public void withdraw(Collection<DataSetAddress> versions) throws InterruptedException {
        Map<String, DataSet> tombstones = new TreeMap<>();
        versions.forEach(version -> tombstones.put(key(version), null));
        send(tombstones);
    }

    /**
     * Announces what the store holds and the topic does not say, and withdraws what it no longer holds.
     *
     * @throws KafkaException if Kafka or the registry does not give or take what it should
     */
    public Changes bringUpToDate() throws IOException, InterruptedException {
        return bringUpToDate(true).orElseThrow();
    }

    /**
     * As {@link #bringUpToDate}, unless the store holds no data set at all: whoever has not asked for it is not to have all of them withdrawn
     * because the store's volume is not mounted yet.
     *
     * @return empty if nothing was done for that
     */
    public Optional<Changes> bringUpToDateUnlessEmpty() throws IOException, InterruptedException {
        return bringUpToDate(false);
    }

    private Optional<Changes> bringUpToDate(boolean mayWithdrawAll) throws IOException, InterruptedException {
        // What is announced meanwhile lies in the store already when that is looked at.
        Map<String, Optional<DataSet>> said = announced();
        Map<String, DataSet> changed = new LinkedHashMap<>();
        List<String> damaged = new ArrayList<>();
        Set<String> stored = new HashSet<>();
        for (DataSetAddress version : sets.all()) {
            stored.add(key(version));
            try {
                DataSet record = sets.record(version);
                if (!said.getOrDefault(key(version), Optional.empty()).equals(Optional.of(record))) {
                    changed.put(key(version), record);
                }
            } catch (IOException e) {
                damaged.add(version + ": " + e.getMessage());
            }
        }
        if (stored.isEmpty() && !said.isEmpty() && !mayWithdrawAll) {
            return Optional.empty();
        }
        List<String> announced = List.copyOf(changed.keySet());
        List<String> gone =
                said.keySet().stream().filter(key -> !stored.contains(key)).toList();
        gone.forEach(key -> changed.put(key, null));
        send(changed);
        return Optional.of(new Changes(announced, gone, damaged));
    }

    private static String key(DataSetAddress version) {
        return Topics.dataSetKey(version.name(), version.version());
    }

    /** By key; empty for a record that cannot be read. */
    private Map<String, Optional<DataSet>> announced() {
        DecodingDeserializer<DataSet> decoder = serdes.decoder(Topics.DATASETS);
        Map<String, Optional<DataSet>> announced = new TreeMap<>();
        TopicContents.read(kafka, List.of(Topics.DATASETS), record -> {
            String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                announced.remove(key);
            } else if (decoder.deserialize(record.topic(), record.value()) instanceof Decoded.Value<DataSet> value) {
                announced.put(key, Optional.of(value.value()));
            } else {
                announced.put(key, Optional.empty());
            }
        });
        return announced;
    }

    /** @param records by key; null says that a version is gone */
    private void send(Map<String, DataSet> records) throws InterruptedException {
        if (records.isEmpty()) {
            return;
        }
        Map<String, Object> settings = kafka.producer();
        // Someone waits at the keyboard: unlike a service, this gives up.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            Publisher publisher = new Publisher(producer, serdes);
            List<Future<?>> sent = new ArrayList<>();
            records.forEach((key, record) -> sent.add(publisher.send(Topics.DATASETS, key, record, origin.headers())));
            for (Future<?> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause().getMessage(), e.getCause());
        }
    }
}
