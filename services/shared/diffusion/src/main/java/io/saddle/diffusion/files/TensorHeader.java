package io.saddle.diffusion.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: its length as a little-endian 64-bit number, then JSON padded with spaces to a multiple of
 * 8 bytes.
 */
record TensorHeader(List<Entry> entries, Map<String, String> metadata, long dataStart) {
    static final int MAX_HEADER_BYTES = 100_000_000;

    private static final String METADATA = "__metadata__";
    private static final int LENGTH_BYTES = 8;
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    /** What a tensor is made of. */
    record Kind(TensorType type, long[] shape) {
        long bytes() {
            return Arrays.stream(shape).reduce(type.bytes(), Math::multiplyExact);
        }
    }

    /** One tensor's place: bytes {@code begin} to {@code end} after the header. */
    record Entry(String name, TensorType type, long[] shape, long begin, long end) {

        long bytes() {
            return end - begin;
        }
    }

    static TensorHeader read(Path file, FileChannel channel) throws IOException {
        long fileSize = channel.size();
        if (fileSize < LENGTH_BYTES) {
            throw error(file, "has " + fileSize + " bytes and no header; it is cut short or no safetensors file");
        }
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(file, channel, 0, length);
        long headerSize = length.getLong(0);
        if (headerSize < 2 || headerSize > MAX_HEADER_BYTES) {
            throw error(
                    file,
                    "announces a header of " + Long.toUnsignedString(headerSize) + " bytes, at most " + MAX_HEADER_BYTES
                            + " are read; it is no safetensors file");
        }
        if (headerSize > fileSize - LENGTH_BYTES) {
            throw error(
                    file,
                    "announces a header of " + headerSize + " bytes but ends after " + fileSize
                            + "; it is cut short, fetch it again");
        }
        ByteBuffer text = ByteBuffer.allocate((int) headerSize);
        readFully(file, channel, LENGTH_BYTES, text);
        JsonNode json;
        try {
            json = JSON.readTree(new String(text.array(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw error(file, "its header is not valid JSON, or names a tensor twice: " + e.getOriginalMessage());
        }
        if (json == null || !json.isObject()) {
            throw error(file, "its header is not a JSON object");
        }
        long dataStart = LENGTH_BYTES + headerSize;
        return parse(file, json, dataStart, fileSize - dataStart);
    }

    static void readFully(Path file, FileChannel channel, long position, ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            int read = channel.read(target, position + target.position());
            if (read < 0) {
                throw error(file, "is cut short; fetch it again");
            }
        }
        target.flip();
    }

    /**
     * The header of tensors whose bytes follow it in this order, with its length in front.
     *
     * @param tensors by name; only type and shape count
     */
    static ByteBuffer bytes(Map<String, Kind> tensors, Map<String, String> texts) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        if (!texts.isEmpty()) {
            ObjectNode metadata = json.putObject(METADATA);
            texts.forEach(metadata::put);
        }
        long offset = 0;
        for (Map.Entry<String, Kind> entry : tensors.entrySet()) {
            Kind tensor = entry.getValue();
            ObjectNode node = json.putObject(entry.getKey());
            node.put("dtype", tensor.type().name());
            ArrayNode shape = node.putArray("shape");
            long end = offset + tensor.bytes();
            for (long dimension : tensor.shape()) {
                shape.add(dimension);
            }
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = JSON.writeValueAsBytes(json);
        int padded = (text.length + 7) / 8 * 8;
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded).put(text);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.flip();
    }

    private static TensorHeader parse(Path file, JsonNode json, long dataStart, long dataSize) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = json.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getKey().equals(METADATA)) {
                field.getValue()
                        .fields()
                        .forEachRemaining(
                                e -> metadata.put(e.getKey(), e.getValue().asText()));
            } else {
                entries.add(entry(file, field.getKey(), field.getValue(), dataSize));
            }
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long end = 0;
        for (Entry entry : entries) {
            if (entry.begin() != end) {
                throw error(
                        file,
                        entry.name(),
                        "starts at byte " + entry.begin() + ", expected " + end + ": tensors overlap or leave a gap");
            }
            end = entry.end();
        }
        if (end != dataSize) {
            throw error(
                    file,
                    "its tensors take " + end + " bytes, but " + dataSize + " follow the header; "
                            + "it is damaged, fetch it again");
        }
        return new TensorHeader(entries, metadata, dataStart);
    }

    private static Entry entry(Path file, String name, JsonNode json, long dataSize) throws IOException {
        TensorType type = TensorType.of(json.path("dtype").asText());
        if (type == null) {
            throw error(file, name, "has the element type " + json.path("dtype") + "; save it as F32");
        }
        JsonNode shapeNode = json.path("shape");
        JsonNode offsets = json.path("data_offsets");
        if (!shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw error(file, name, "needs a shape and two data_offsets, has " + json);
        }
        long[] shape = new long[shapeNode.size()];
        long size = type.bytes();
        for (int i = 0; i < shape.length; i++) {
            JsonNode dimension = shapeNode.get(i);
            shape[i] = dimension.asLong(-1);
            if (!dimension.isIntegralNumber() || shape[i] < 0 || shape[i] > dataSize) {
                throw error(file, name, "has an impossible shape: " + shapeNode);
            }
            size = Math.multiplyHigh(size, shape[i]) == 0 ? size * shape[i] : -1;
            if (size < 0) {
                throw error(file, name, "has an impossible shape: " + shapeNode);
            }
        }
        long begin = offsets.get(0).asLong(-1);
        long end = offsets.get(1).asLong(-1);
        if (!offsets.get(0).isIntegralNumber()
                || !offsets.get(1).isIntegralNumber()
                || begin < 0
                || end < begin
                || end > dataSize) {
            throw error(file, name, "lies at bytes " + offsets + " of " + dataSize + "; the file is damaged");
        }
        if (end - begin != size) {
            throw error(
                    file,
                    name,
                    "of type " + type + " and shape " + shapeNode + " needs " + size + " bytes, has " + (end - begin));
        }
        return new Entry(name, type, shape, begin, end);
    }

    private static IOException error(Path file, String problem) {
        return new IOException(file + ": " + problem);
    }

    private static IOException error(Path file, String tensor, String problem) {
        return new IOException(file + ": tensor " + tensor + " " + problem);
    }
}
