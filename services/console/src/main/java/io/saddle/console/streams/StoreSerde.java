package io.saddle.console.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** A store's own format: JSON, which never leaves the store and its changelog. Fields of another release are passed over. */
public final class StoreSerde {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // A record's components are all there is to it.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .build();

    private StoreSerde() {}

    /** @param type a record */
    public static <T> Serde<T> of(Class<T> type) {
        return Serdes.serdeFrom(
                (topic, value) -> value == null ? null : write(value), (topic, data) -> read(type, data));
    }

    private static byte[] write(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new SerializationException("a store cannot keep " + value, e);
        }
    }

    private static <T> T read(Class<T> type, byte[] data) {
        try {
            return data == null ? null : JSON.readValue(data, type);
        } catch (IOException e) {
            throw new SerializationException("a store holds a " + type.getSimpleName() + " that cannot be read", e);
        }
    }
}
