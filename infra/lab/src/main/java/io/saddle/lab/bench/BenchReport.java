package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The findings of a bench.
 *
 * @param bench its name
 * @param comparisons one table each
 */
public record BenchReport(String bench, List<Comparison> comparisons) {

    public BenchReport {
        comparisons = List.copyOf(comparisons);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("bench", bench);
        ArrayNode tables = json.putArray("comparisons");
        comparisons.forEach(comparison -> tables.add(comparison.toJson()));
        return json;
    }
}
