package io.saddle.cli.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemaCopiesTest {

    /** Knows schema 1. */
    private static SchemaCopies copies(int codeForOthers) {
        return new SchemaCopies(new MockSchemaRegistryClient() {
            @Override
            public ParsedSchema getSchemaById(int id) throws RestClientException {
                if (id == 1) {
                    return new AvroSchema("\"string\"");
                }
                throw new RestClientException("not found", 404, codeForOthers);
            }
        });
    }

    private static byte[] record(int id) {
        return ByteBuffer.allocate(9).put((byte) 0).putInt(id).array();
    }

    @Test
    void eachSchemaIsCopiedOnceAndRecordsWithoutOneAreCounted() throws IOException {
        SchemaCopies copies = copies(40403);
        copies.keep(null);
        copies.keep(record(1));
        copies.keep(record(1));
        assertEquals(Optional.empty(), copies.withoutOne());

        copies.keep(record(7));
        copies.keep(record(7));
        copies.keep(record(9));

        assertEquals(Map.of(1, "\"string\""), copies.byId());
        String said = copies.withoutOne().orElseThrow();
        assertTrue(
                said.startsWith(
                        "3 of the records bear a schema number that the registry does not know, such as 7, 9: "),
                said);
    }

    /** The backup was said to be whole, and after a restore nobody could read the records. */
    @Test
    void aProxysNotFoundIsNotTakenForTheRegistrys() {
        for (int code : Set.of(404, 50005)) {
            SchemaCopies copies = copies(code);
            String said = assertThrows(BackupException.class, () -> copies.keep(record(7)))
                    .getMessage();
            assertTrue(said.startsWith("the registry does not give schema 7: not found"), said);
        }
    }
}
