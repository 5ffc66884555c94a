package io.saddle.dataimport.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.dataimport.source.SourceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.KeyValue;

/** Names of classes by column, from what Hugging Face's library writes into a file's footer. */
record ClassLabels(Map<String, List<String>> byColumn) {

    private static final String KEY = "huggingface";

    /** @param metadata of the footer; null: there is none */
    static ClassLabels of(Path file, List<KeyValue> metadata) throws SourceException {
        Map<String, List<String>> names = new HashMap<>();
        for (KeyValue entry : metadata == null ? List.<KeyValue>of() : metadata) {
            if (KEY.equals(entry.getKey()) && entry.getValue() != null) {
                names.putAll(parse(file, entry.getValue()));
            }
        }
        return new ClassLabels(names);
    }

    private static Map<String, List<String>> parse(Path file, String json) throws SourceException {
        JsonNode features;
        try {
            features = new ObjectMapper().readTree(json).path("info").path("features");
        } catch (IOException e) {
            throw new SourceException(file + ": what its footer says under '" + KEY + "' is no JSON", e);
        }
        Map<String, List<String>> byColumn = new HashMap<>();
        for (Map.Entry<String, JsonNode> feature : features.properties()) {
            if (feature.getValue().path("_type").asText().equals("ClassLabel")) {
                List<String> names = new ArrayList<>();
                feature.getValue().path("names").forEach(name -> names.add(name.asText()));
                byColumn.put(feature.getKey(), names);
            }
        }
        return byColumn;
    }

    /** Empty for a column that has no classes. */
    List<String> names(String column) {
        return byColumn.getOrDefault(column, List.of());
    }
}
