package io.saddle.cli.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecParamsTest {

    @Test
    void aSpecificationIsFlattened() {
        Map<String, String> params = SpecParams.of("""
                {"name": "r", "description": null,
                 "training": {"learningRate": 0.001, "batching": "mixture"},
                 "model": {"unet": {"block_out_channels": [32, 64]}},
                 "data": {"otherClasses": false, "classes": {}},
                 "constraints": [{"id": "digit-4", "threshold": 0.1, "data": {"classes": {"4": {"count": 100}}}}],
                 "stages": [{"a": 1}, {"a": 2}]}
                """);
        assertEquals(
                Map.ofEntries(
                        Map.entry("name", "r"),
                        Map.entry("training.learningRate", "0.001"),
                        Map.entry("training.batching", "mixture"),
                        Map.entry("model.unet.block_out_channels", "[32,64]"),
                        Map.entry("data.otherClasses", "false"),
                        Map.entry("data.classes", "{}"),
                        Map.entry("constraints.digit-4.id", "digit-4"),
                        Map.entry("constraints.digit-4.threshold", "0.1"),
                        Map.entry("constraints.digit-4.data.classes.4.count", "100"),
                        Map.entry("stages.0.a", "1"),
                        Map.entry("stages.1.a", "2")),
                params);
    }

    @Test
    void whatMlflowDoesNotTakeIsMadeToFit() {
        Map<String, String> params =
                SpecParams.of("{\"a:b\": \"x\", \"a,b\": \"z\", \"long\": \"" + "y".repeat(501) + "\"}");
        assertEquals(3, params.size(), "two names that become the same stay apart: " + params.keySet());
        assertEquals("x", params.get(MlflowNames.fitting("a:b")));
        assertEquals(500, params.get("long").length());
        assertTrue(params.get("long").endsWith("y..."));
    }
}
