package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkPresetsTest {

    private final RunSpecParser parser = new RunSpecParser();

    static Stream<String> names() {
        JsonNode names = new SpecSchema().document().at("/$defs/model/properties/preset/enum");
        return StreamSupport.stream(names.spliterator(), false).map(JsonNode::textValue);
    }

    private JsonNode unet(String model) {
        return parser.parse("run.yaml", "{name: r, model: " + model + "}")
                .model()
                .unet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyNameOfTheSchemaIsANetwork(String name) {
        JsonNode unet = unet("{preset: " + name + "}");
        assertTrue(name.endsWith("-" + unet.get("sample_size").asInt()), unet::toString);
        assertEquals(unet.get("in_channels"), unet.get("out_channels"));
    }

    @Test
    void theSmallestIsTheDefault() {
        assertEquals(unet("{}"), unet("{preset: grey-28}"));
    }

    @Test
    void whatIsSaidOtherwiseCounts() {
        JsonNode unet = unet("{preset: rgb-32, unet: {layers_per_block: 2, sample_size: 40}}");
        assertEquals(2, unet.get("layers_per_block").asInt());
        assertEquals(40, unet.get("sample_size").asInt());
        assertEquals(3, unet.get("in_channels").asInt());
        assertFalse(parser.toJson(parser.parse("r", "{name: r, model: {preset: rgb-32}}"))
                .contains("preset"));
    }

    @Test
    void aNameThatIsNoneIsSaid() {
        assertEquals(
                "model.preset: must be one of grey-28, rgb-32, rgb-64, latent-8, was 'rgb-128'",
                assertThrows(InvalidRunSpecException.class, () -> unet("{preset: rgb-128}"))
                        .problems()
                        .get(0)
                        .toString());
    }

    @Test
    void aModelToStartFromBringsItsOwn() {
        assertTrue(assertThrows(
                        InvalidRunSpecException.class,
                        () -> parser.parse("r", "{name: r, initialModel: /m, model: {preset: rgb-32}}"))
                .problems()
                .stream()
                .anyMatch(problem -> problem.path().equals("model.preset")));
    }
}
