package io.saddle.dualupdater;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The store's own format: JSON, in which a double comes back bit for bit. It never leaves the service and its changelog. Fields
 * of another release that are not known are passed over.
 */
final class DualRunSerde {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DualRunSerde() {}

    static Serde<DualRun> create() {
        return Serdes.serdeFrom((topic, run) -> run == null ? null : write(run), (topic, data) -> read(data));
    }

    private static byte[] write(DualRun run) {
        try {
            return JSON.writeValueAsBytes(StoredDualRun.of(run));
        } catch (JsonProcessingException e) {
            throw new SerializationException("cannot keep the dual state of " + run.runId(), e);
        }
    }

    private static DualRun read(byte[] data) {
        try {
            return data == null
                    ? null
                    : JSON.readValue(data, StoredDualRun.class).run();
        } catch (IOException e) {
            throw new SerializationException("the store holds a dual state that cannot be read", e);
        }
    }
}
