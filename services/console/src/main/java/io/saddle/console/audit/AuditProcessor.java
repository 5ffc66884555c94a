package io.saddle.console.audit;

import io.saddle.audit.ChangeOrigin;
import io.saddle.audit.RecordHash;
import io.saddle.kafka.ValueHistory;
import io.saddle.schema.AuditAction;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.FieldChange;
import io.saddle.serde.AvroSerializer;
import io.saddle.serde.Decoded;
import io.saddle.serde.DecodingDeserializer;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import io.saddle.tracing.RecordTracing;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an entry for each record by which somebody changed something, whoever wrote it and however: the chain of a partition
 * tells of all its records, each once. One that nobody can read is told of, too.
 */
final class AuditProcessor implements Processor<String, byte[], String, AuditEntry> {

    static final String SUBJECTS = "audit-subjects";
    static final String HEADS = "audit-heads";
    static final String OUT = Topics.AUDIT.name() + "-out";

    private static final Logger LOG = LoggerFactory.getLogger(AuditProcessor.class);
    /** Beside it, by topic, the offsets before which what was told of may come again, and the {@link ToldOffsets}. */
    private static final String HEAD = "head";

    private static final int MOST_CHANGES = 64;

    /** The end of a chain. */
    private record Head(long sequence, String hash) {
        static final Head NONE = new Head(0, "");

        static Head of(String text) {
            int space = text.indexOf(' ');
            return new Head(Long.parseLong(text.substring(0, space)), text.substring(space + 1));
        }

        @Override
        public String toString() {
            return sequence + " " + hash;
        }
    }

    private final ValueHistory past;
    private final ToldOffsets.Places places;
    private final AvroSerializer<AuditEntry> entries;
    private final DecodingDeserializer<AuditEntry> entryDecoder;
    private final Map<String, DecodingDeserializer<? extends SpecificRecord>> decoders = new HashMap<>();

    private ProcessorContext<String, AuditEntry> context;
    private KeyValueStore<String, Subject> subjects;
    private KeyValueStore<String, String> heads;
    private ToldOffsets told;

    AuditProcessor(Serdes serdes, ValueHistory past, ToldOffsets.Places places) {
        this.past = past;
        this.places = places;
        this.entries = serdes.serializer(Topics.AUDIT);
        this.entryDecoder = serdes.decoder(Topics.AUDIT);
        Topics.audited().forEach(topic -> decoders.put(topic.name(), serdes.decoder(topic)));
    }

    @Override
    public void init(ProcessorContext<String, AuditEntry> context) {
        this.context = context;
        this.subjects = context.getStateStore(SUBJECTS);
        this.heads = context.getStateStore(HEADS);
        // Anew with each start of the task: after a transaction that was aborted its records come again.
        this.told = new ToldOffsets(heads, places, context.taskId().partition());
        if (heads.get(HEAD) == null) {
            rebuild(context.taskId().partition());
        }
    }

    /** Goes on behind the chain that there is: all of it in one transaction, so that the store never has some and looks as if it had all. */
    private void rebuild(int partition) {
        Map<String, Subject> known = new HashMap<>();
        Head[] head = {Head.NONE};
        past.forEachValue(Topics.AUDIT, partition, value -> {
            if (entryDecoder.deserialize(Topics.AUDIT.name(), value) instanceof Decoded.Value<AuditEntry> read) {
                AuditEntry entry = read.value();
                head[0] = new Head(entry.getSequence(), RecordHash.of(value));
                known.merge(
                        subject(entry.getTopic(), entry.getKey()),
                        after(Subject.NONE, entry),
                        (before, any) -> after(before, entry));
            }
        });
        if (head[0].sequence() == 0) {
            return;
        }
        for (Topic<? extends SpecificRecord> topic : Topics.audited()) {
            heads.put(topic.name(), Long.toString(newestFields(topic, partition, known)));
        }
        known.forEach(subjects::put);
        heads.put(HEAD, head[0].toString());
        LOG.info("the store of partition {} was empty: it goes on behind entry {}", partition, head[0].sequence());
    }

    private static Subject after(Subject before, AuditEntry entry) {
        return before.told(
                entry.getAction() == AuditAction.DELETED ? null : Map.of(),
                entry.getRecordHash(),
                entry.getAt().toEpochMilli());
    }

    /**
     * Of what stands on the topic and was told of last; what was not comes by itself.
     *
     * @return the offset before which the topic may bring what was told of
     */
    private long newestFields(Topic<? extends SpecificRecord> topic, int partition, Map<String, Subject> known) {
        Map<String, String> placesByHash = new HashMap<>();
        known.forEach((place, what) -> placesByHash.put(what.hash(), place));
        return past.forEachValue(topic, partition, value -> {
            String place = placesByHash.get(RecordHash.of(value));
            if (place != null && place.startsWith(topic.name() + " ")) {
                known.computeIfPresent(
                        place, (any, what) -> new Subject(fields(topic.name(), value), what.hash(), what.toldBefore()));
            }
        });
    }

    /** Whether a record may be one that was told of before the state was lost; whoever writes an old one again writes a new one. */
    private boolean mayComeAgain(RecordMetadata at) {
        String end = heads.get(at.topic());
        return end != null && at.offset() < Long.parseLong(end);
    }

    private static String subject(String topic, String key) {
        return topic + " " + key;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        RecordMetadata at = context.recordMetadata().orElseThrow();
        if (!told.isNew(at.topic(), at.offset())) {
            return;
        }
        String key = record.key() == null ? "" : record.key();
        String hash = RecordHash.of(record.value());
        String place = subject(at.topic(), key);
        Subject before = subjects.get(place) == null ? Subject.NONE : subjects.get(place);
        boolean again = mayComeAgain(at);
        if (before.isAt(hash) || again && before.wasTold(hash, record.timestamp())) {
            return;
        }
        Map<String, String> now = record.value() == null ? null : fields(at.topic(), record.value());
        List<FieldChange> changes = record.value() == null
                ? List.of()
                : RecordFields.changes(before.isThere() ? before.fields() : Map.of(), now);
        Head head = heads.get(HEAD) == null ? Head.NONE : Head.of(heads.get(HEAD));
        ChangeOrigin origin = ChangeOrigin.of(record.headers());
        AuditEntry entry = AuditEntry.newBuilder()
                .setChain(at.partition())
                .setSequence(head.sequence() + 1)
                .setPreviousHash(head.hash())
                .setAt(Instant.ofEpochMilli(record.timestamp()))
                .setAction(
                        record.value() == null
                                ? AuditAction.DELETED
                                : before.isThere() ? AuditAction.CHANGED : AuditAction.CREATED)
                .setTopic(at.topic())
                .setOffset(at.offset())
                .setKey(key)
                .setRecordHash(hash)
                .setChangedBy(origin.by() == null ? said("updatedBy", at.topic(), record.value()) : origin.by())
                .setClient(origin.client())
                .setAgent(origin.agent())
                .setReason(origin.reason() == null ? said("reason", at.topic(), record.value()) : origin.reason())
                .setChanges(changes.subList(0, Math.min(changes.size(), MOST_CHANGES)))
                .setMoreChanges(Math.max(0, changes.size() - MOST_CHANGES))
                .build();
        subjects.put(place, before.after(now, hash, again));
        heads.put(
                HEAD,
                new Head(entry.getSequence(), RecordHash.of(entries.serialize(Topics.AUDIT.name(), entry))).toString());
        context.forward(new Record<>(key, entry, record.timestamp(), RecordTracing.headers()), OUT);
    }

    private Map<String, String> fields(String topic, byte[] value) {
        Decoded<? extends SpecificRecord> decoded = decoders.get(topic).deserialize(topic, value);
        if (decoded instanceof Decoded.Value<? extends SpecificRecord> read) {
            return RecordFields.of(read.value());
        }
        return Map.of("unreadable", ((Decoded.Unreadable<?>) decoded).reason());
    }

    /** What the record itself says, where its writer set no header: an earlier release, or a program of somebody's. */
    private String said(String field, String topic, byte[] value) {
        if (value == null
                || !(decoders.get(topic).deserialize(topic, value)
                        instanceof Decoded.Value<? extends SpecificRecord> read)) {
            return null;
        }
        Schema.Field wanted = read.value().getSchema().getField(field);
        Object said = wanted == null ? null : read.value().get(wanted.pos());
        return said == null ? null : ChangeOrigin.cut(said.toString());
    }
}
