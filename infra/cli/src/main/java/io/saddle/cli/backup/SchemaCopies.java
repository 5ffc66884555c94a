package io.saddle.cli.backup;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.serde.AvroWireFormat;
import io.saddle.serde.RegisteredSchemas;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The schemas that the copied records bear. Also garbage may begin like a record, with a number that no schema has: it does no harm. */
final class SchemaCopies {

    /** Of garbage each record may bear another one. */
    private static final int NAMED = 10;

    private final SchemaRegistryClient registry;
    private final Map<Integer, String> byId = new TreeMap<>();
    /** How many records bear each number that the registry does not know. */
    private final Map<Integer, Long> unknown = new TreeMap<>();

    SchemaCopies(SchemaRegistryClient registry) {
        this.registry = registry;
    }

    /**
     * Copies the schema of a record, unless that was done.
     *
     * @param value of the record; null for a tombstone
     * @throws BackupException if the registry neither gives it nor says itself that it has none: a restored record would be unreadable
     */
    void keep(byte[] value) throws IOException {
        if (!AvroWireFormat.isFramed(value)) {
            return;
        }
        int id = AvroWireFormat.schemaId(value);
        if (byId.containsKey(id)) {
            return;
        }
        if (unknown.containsKey(id) || !copy(id)) {
            unknown.merge(id, 1L, Long::sum);
        }
    }

    private boolean copy(int id) throws IOException {
        try {
            byId.put(id, registry.getSchemaById(id).canonicalString());
            return true;
        } catch (RestClientException e) {
            if (RegisteredSchemas.saysThatThereIsNone(e)) {
                return false;
            }
            throw new BackupException("the registry does not give schema " + id + ": " + e.getMessage());
        }
    }

    /** The schemas' JSON by their numbers. */
    Map<Integer, String> byId() {
        return byId;
    }

    /** What is to be said of records whose schema there is none of. */
    Optional<String> withoutOne() {
        if (unknown.isEmpty()) {
            return Optional.empty();
        }
        long records = unknown.values().stream().mapToLong(n -> n).sum();
        String named =
                unknown.keySet().stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
        return Optional.of(
                ("%,d of the records bear a schema number that the registry does not know, such as %s: they are in the"
                                + " copy, and nobody can read them")
                        .formatted(records, named));
    }
}
