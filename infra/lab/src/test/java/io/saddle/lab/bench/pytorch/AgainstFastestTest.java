package io.saddle.lab.bench.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgainstFastestTest {

    private static Side.Measured side(String name, double figure, int peakMiB) {
        ObjectNode answer = Json.object().put("peakRssKiB", peakMiB * 1024);
        answer.set("figure", Json.array(figure));
        return new Side.Measured(name, Json.object(), "figure", List.of(answer));
    }

    private static final List<Side> SIDES = List.of(
            side("saddle", 90, 110),
            side("as it comes", 200, 50),
            side("folded", 120, 100),
            new Side.Missing("compiled", "no C++ compiler"));

    @Test
    void shouldNameTheFastestVariantAndItsMemory() {
        AgainstFastest against = AgainstFastest.of(SIDES, true).orElseThrow();
        Comparison table = against.in(
                Comparison.of("a step", "ms", SIDES), Goal.atMost(0.8), "takes %.2fx of the fastest variant's time");

        assertEquals("folded", table.ratios().get(0).denominator());
        assertEquals(
                List.of(
                        "saddle takes 0.75x of the fastest variant's time, folded",
                        "saddle's peak memory is 1.10x of the fastest variant's (110 and 100 MiB), goal <= 1.10: met"),
                table.notes());
        assertEquals("folded", table.facts().path("fastestVariant").asText());
        assertTrue(table.facts().path("peakMemoryMet").asBoolean());
    }

    @Test
    void shouldTakeTheLargestRate() {
        assertEquals(
                "as it comes",
                AgainstFastest.of(SIDES, false).orElseThrow().fastest().name());
    }

    @Test
    void shouldBeEmptyWithoutAPeer() {
        assertEquals(Optional.empty(), AgainstFastest.of(List.of(SIDES.get(0), SIDES.get(3)), true));
    }
}
