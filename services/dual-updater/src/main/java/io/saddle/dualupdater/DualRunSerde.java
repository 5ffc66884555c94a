package io.saddle.dualupdater;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ThresholdKind;
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
            .addHandler(new UnknownKinds())
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
            return data == null ? null : stored(data).run();
        } catch (IOException e) {
            throw new SerializationException("the store holds a dual state that cannot be read", e);
        }
    }

    /** A newer build may have gone on with settings that this one does not know: of that run no dual step is made, the others go on. */
    private static StoredDualRun stored(byte[] data) throws IOException {
        try {
            return JSON.readValue(data, StoredDualRun.class);
        } catch (InvalidFormatException e) {
            if (e.getTargetType() != RunSpec.Optimizer.class) {
                throw e;
            }
            ObjectNode known = (ObjectNode) JSON.readTree(data);
            known.putNull("settings");
            return JSON.treeToValue(known, StoredDualRun.class);
        }
    }

    private static final class UnknownKinds extends DeserializationProblemHandler {
        @Override
        public Object handleWeirdStringValue(
                DeserializationContext context, Class<?> type, String value, String message) {
            return type == ThresholdKind.class ? ThresholdKind.UNKNOWN : NOT_HANDLED;
        }
    }
}
