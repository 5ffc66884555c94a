package io.saddle.primaltrainer.journal;

import io.saddle.kafka.Publisher;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.RegisteredSerdes;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes at once, into memory, and lets a test answer each record as the rest of the pipeline would. */
public final class DirectJournal implements Journal {

    private final Serdes serdes = RegisteredSerdes.ofAll();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final Publisher publisher = new Publisher(producer, serdes);
    private final List<SpecificRecord> records = new ArrayList<>();
    private Consumer<SpecificRecord> answer = record -> {};
    private CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> bulk = CompletableFuture.completedFuture(null);

    public DirectJournal answering(Consumer<SpecificRecord> with) {
        answer = with;
        return this;
    }

    /** The records of this type so far. */
    public <T extends SpecificRecord> List<T> written(Class<T> type) {
        return records.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public CompletableFuture<Void> append(Entry entry) {
        try {
            entry.write(publisher);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        List<ProducerRecord<byte[], byte[]>> history = producer.history();
        for (ProducerRecord<byte[], byte[]> sent : history.subList(records.size(), history.size())) {
            SpecificRecord record =
                    serdes.deserializer(Topics.named(sent.topic())).deserialize(sent.topic(), sent.value());
            records.add(record);
            answer.accept(record);
        }
        return durable;
    }

    @Override
    public CompletableFuture<Void> appendGathered(Entry entry) {
        return append(entry);
    }

    @Override
    public CompletableFuture<Void> appendAlone(Entry entry) {
        return append(entry);
    }

    @Override
    public CompletableFuture<Void> appendBulk(Entry entry) {
        return append(entry).thenCompose(done -> bulk);
    }

    /** Files that are written from now on are not durable before this is done. */
    public void holdingFiles(CompletableFuture<Void> until) {
        bulk = until;
    }

    /** Nothing that is written from now on is durable before this is done. */
    public void holding(CompletableFuture<Void> until) {
        durable = until;
    }
}
