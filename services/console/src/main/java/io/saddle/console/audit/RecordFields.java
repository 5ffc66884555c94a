package io.saddle.console.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.audit.RecordHash;
import io.saddle.schema.FieldChange;
import io.saddle.serde.RecordJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.generic.IndexedRecord;

/** The fields of a record, flat, and how they differ from another's. Pure. */
final class RecordFields {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** They differ in every record, and tell nothing that the entry does not. */
    private static final Set<String> OF_EVERY_RECORD =
            Set.of("revision", "version", "updatedAt", "updatedBy", "reason");

    /** A longer text is told by its beginning and its hash. */
    private static final int LONGEST = 200;

    /** As many as any run's specification has; of more there are a definition's own data. */
    private static final int MOST = 1000;

    /** Of a place, in characters. */
    private static final int LONGEST_PLACE = 4096;

    private static final String REST = "…";
    private static final int HASH_DIGITS = 16;

    private RecordFields() {}

    /** Texts by place, such as {@code labels.team} or {@code constraintIds[0]}; a text that is a JSON object, such as a specification, by its own fields; {@value #REST} has the hash of those that there is no room for. */
    static Map<String, String> of(IndexedRecord record) {
        Bounded fields = new Bounded();
        RecordJson.of(record).fields().forEachRemaining(field -> {
            if (!OF_EVERY_RECORD.contains(field.getKey())) {
                add(fields, field.getKey(), field.getValue());
            }
        });
        return fields.end();
    }

    /** What a store and its changelog have room for, whatever somebody has written: the rest is never in the memory at once. */
    private static final class Bounded {

        private final Map<String, String> kept = new LinkedHashMap<>();
        private final MessageDigest rest = RecordHash.digest();
        private boolean isMore;

        void put(String field, String text) {
            if (kept.containsKey(field) || kept.size() < MOST && field.length() <= LONGEST) {
                kept.put(field, text.length() <= LONGEST ? text : text.substring(0, LONGEST) + REST + hash(text));
            } else {
                isMore = true;
                rest.update((field + '\n' + text + '\n').getBytes(StandardCharsets.UTF_8));
            }
        }

        Map<String, String> end() {
            if (isMore) {
                kept.put(REST, HexFormat.of().formatHex(rest.digest()).substring(0, HASH_DIGITS));
            }
            return kept;
        }
    }

    /** A place under keys that are longer than any that means something is told by its beginning and its hash. */
    private static String within(String place) {
        return place.length() <= LONGEST_PLACE ? place : place.substring(0, LONGEST) + REST + hash(place);
    }

    private static String hash(String text) {
        return RecordHash.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_DIGITS);
    }

    private static void add(Bounded fields, String named, JsonNode value) {
        String place = within(named);
        if (value.isObject()) {
            value.fields().forEachRemaining(field -> add(fields, place + "." + field.getKey(), field.getValue()));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                add(fields, place + "[" + i + "]", value.get(i));
            }
        } else if (value.isTextual() && value.textValue().startsWith("{")) {
            JsonNode within = object(value.textValue());
            if (within == null) {
                fields.put(place, value.textValue());
            } else {
                add(fields, place, within);
            }
        } else if (!value.isNull()) {
            fields.put(place, value.asText());
        }
    }

    /** Null if it is none. */
    private static JsonNode object(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Every field that is not as it was, in the order of the fields; those that are gone last. */
    static List<FieldChange> changes(Map<String, String> was, Map<String, String> now) {
        Set<String> all = new LinkedHashSet<>(now.keySet());
        all.addAll(was.keySet());
        List<FieldChange> changes = new ArrayList<>();
        for (String field : all) {
            if (!Objects.equals(was.get(field), now.get(field))) {
                changes.add(new FieldChange(field, was.get(field), now.get(field)));
            }
        }
        return changes;
    }
}
