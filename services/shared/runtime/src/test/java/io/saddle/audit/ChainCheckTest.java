package io.saddle.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.schema.AuditAction;
import io.saddle.schema.AuditEntry;
import io.saddle.serde.AvroSerializer;
import io.saddle.serde.AvroWireFormat;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChainCheckTest {

    private static final byte[] RECORD = {0, 0, 0, 0, 1, 7, 7};

    private final Serdes serdes = new Serdes(new MockSchemaRegistryClient());
    private final List<AuditEntry> entries = new ArrayList<>();
    private AvroSerializer<AuditEntry> serializer;

    @BeforeEach
    void threeEntries() throws Exception {
        serdes.registry().register(Topics.AUDIT.subject(), new AvroSchema(Topics.AUDIT.schema()));
        serializer = serdes.serializer(Topics.AUDIT);
        String hash = "";
        for (int i = 1; i <= 3; i++) {
            AuditEntry entry = AuditEntry.newBuilder()
                    .setChain(2)
                    .setSequence(i)
                    .setPreviousHash(hash)
                    .setAt(Instant.EPOCH)
                    .setAction(AuditAction.CREATED)
                    .setTopic("saddle.runs")
                    .setOffset(10 + i)
                    .setKey("run-" + i)
                    .setRecordHash(RecordHash.of(RECORD))
                    .setChangedBy("ann")
                    .setChanges(List.of())
                    .build();
            entries.add(entry);
            hash = RecordHash.of(bytes(entry));
        }
    }

    private byte[] bytes(AuditEntry entry) {
        return serializer.serialize(Topics.AUDIT.name(), entry);
    }

    private ChainCheck check(Map<Long, String> kept) {
        ChainCheck check = new ChainCheck(2, kept);
        entries.forEach(entry -> check.next(entry, bytes(entry)));
        return check;
    }

    private List<String> faults() {
        return check(Map.of()).faults();
    }

    /** A restored stack's registry has other ids. */
    @Test
    void aHashIsOfTheBinaryBehindTheSchemasId() {
        assertEquals("c7b99f1c681eaad2096f54c0380b8f950fa5cbe47cb3695ed590167c0dfff315", RecordHash.of(RECORD));
        byte[] elsewhere = RECORD.clone();
        System.arraycopy(AvroWireFormat.header(99), 0, elsewhere, 0, AvroWireFormat.HEADER_BYTES);
        assertEquals(RecordHash.of(RECORD), RecordHash.of(elsewhere));
        elsewhere[6] = 8;
        assertNotEquals(RecordHash.of(RECORD), RecordHash.of(elsewhere));
        assertEquals("", RecordHash.of(null));
    }

    @Test
    void aChainAsItWasWrittenIsUnbroken() {
        ChainCheck check = check(Map.of());
        assertEquals(List.of(), check.faults());
        assertEquals(3, check.entries());
        assertEquals("2:3:" + RecordHash.of(bytes(entries.get(2))), check.head());
    }

    @Test
    void anEntryThatWasChangedBreaksTheLinkBehindIt() {
        entries.set(1, AuditEntry.newBuilder(entries.get(1)).setChangedBy("eve").build());
        assertEquals(
                List.of("chain 2: entry 3 does not follow entry 2 as it stands here: one of them was changed"),
                faults());
    }

    @Test
    void anEntryThatWasTakenOutIsMissed() {
        entries.remove(1);
        assertEquals(List.of("chain 2: entry 3 comes after entry 1"), faults());
    }

    @Test
    void anEntryThatWasPutInIsFound() {
        entries.add(2, AuditEntry.newBuilder(entries.get(1)).setKey("other").build());
        assertEquals(
                List.of(
                        "chain 2: entry 2 comes after entry 2",
                        "chain 2: entry 3 does not follow entry 2 as it stands here: one of them was changed"),
                faults());
    }

    @Test
    void aLastEntryThatWasChangedOrCutOffShowsAgainstAHeadThatWasKept() {
        Map<Long, String> kept = Map.of(3L, RecordHash.of(bytes(entries.get(2))));
        assertEquals(List.of(), check(kept).faults());
        entries.set(2, AuditEntry.newBuilder(entries.get(2)).setChangedBy("eve").build());
        assertEquals(
                List.of("chain 2: entry 3 is not the one that was kept"),
                check(kept).faults());
        entries.remove(2);
        assertEquals(
                List.of("chain 2: ends at entry 2, entry 3 was there when its head was kept"),
                check(kept).faults());
    }

    @Test
    void aRecordThatNoEntryTellsOfIsFound() {
        ChainCheck check = check(Map.of());
        check.record("saddle.runs", "run-1", 11, RECORD);
        assertEquals(List.of(), check.untold());
        check.record("saddle.runs", "run-1", 15, new byte[] {0, 0, 0, 0, 1, 9});
        check.record("saddle.runs", "run-1", 16, null);
        check.record("saddle.constraints", "run-1", 17, RECORD);
        check.record("saddle.constraints", "run-2", 18, null);
        assertEquals(
                List.of(
                        "chain 2: saddle.runs-2@15 (run-1): no entry tells of this record",
                        "chain 2: saddle.runs-2@16 (run-1): no entry tells of this record",
                        "chain 2: saddle.constraints-2@17 (run-1): no entry tells of this record"),
                check.untold());
        assertEquals(List.of(), check.faults(), "the chain itself is whole");
    }

    /** A token that was revoked is good again when the record before that is written once more. */
    @Test
    void anOlderRecordThatWasWrittenAgainIsFound() {
        byte[] later = {0, 0, 0, 0, 1, 8};
        entries.add(AuditEntry.newBuilder(entries.get(0))
                .setSequence(4)
                .setPreviousHash(RecordHash.of(bytes(entries.get(2))))
                .setOffset(20)
                .setRecordHash(RecordHash.of(later))
                .build());
        ChainCheck sound = check(Map.of());
        sound.record("saddle.runs", "run-1", 11, RECORD);
        sound.record("saddle.runs", "run-1", 20, later);
        assertEquals(List.of(), sound.faults());
        assertEquals(List.of(), sound.untold());

        ChainCheck again = check(Map.of());
        again.record("saddle.runs", "run-1", 20, later);
        again.record("saddle.runs", "run-1", 21, RECORD);
        assertEquals(
                List.of("chain 2: saddle.runs run-1: its newest record is an older one that was written again, and no"
                        + " entry tells of that"),
                again.untold());
    }
}
