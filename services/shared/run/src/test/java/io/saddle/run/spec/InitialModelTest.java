package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitialModelTest {

    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final String UNET = """
            {"_class_name": "UNet2DModel", "_diffusers_version": "0.31.0", "sample_size": 16, "in_channels": 1,
             "out_channels": 1, "block_out_channels": [8, 12], "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
             "up_block_types": ["UpBlock2D", "UpBlock2D"], "layers_per_block": 2, "norm_num_groups": 4, "norm_eps": 1e-6,
             "mid_block_scale_factor": 1.0, "mid_block_type": null, "attention_head_dim": null, "class_embed_type": null}
            """;
    private static final String SCHEDULE = """
            {"betaSchedule": "linear", "trainTimesteps": 500, "betaStart": 0.001, "betaEnd": 0.03}""";

    private static ObjectNode json(String text) throws IOException {
        return (ObjectNode) new ObjectMapper().readTree(text);
    }

    private final RunSpecParser parser = new RunSpecParser(folder -> switch (folder) {
        case "pipeline" -> new ModelFolders.Imported("/m/pipeline", SHA256, json(UNET), json(SCHEDULE), "epsilon");
        case "flow" ->
            new ModelFolders.Imported(
                    "/m/flow", SHA256, json(UNET), json("{\"trainTimesteps\": 500, \"shift\": 3.0}"), "flow");
        case "unet" -> new ModelFolders.Imported("/m/unet", SHA256, json(UNET), null, null);
        case "open" -> new ModelFolders.Imported("/m/open", SHA256, json(UNET).putNull("sample_size"), null, null);
        default -> throw new IOException(folder + ": there is no such folder");
    });

    private List<String> mistakes(String yaml) {
        return assertThrows(InvalidRunSpecException.class, () -> parser.parse("run.yaml", yaml)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void theFolderGivesNetworkScheduleAndPrediction() {
        RunSpec spec = parser.parse("run.yaml", "{name: a, initialModel: pipeline}");
        assertEquals(new RunSpec.InitialModel("/m/pipeline", SHA256), spec.initialModel());
        assertEquals("[8,12]", spec.model().unet().get("block_out_channels").toString());
        assertTrue(spec.model().unet().get("mid_block_type").isNull());
        assertEquals(1e-6, spec.model().unet().get("norm_eps").asDouble());
        assertEquals(
                new RunSpec.Schedule("linear", 500, 1e-3, 0.03, false),
                spec.model().schedule());
        assertEquals("epsilon", spec.model().prediction());
    }

    @Test
    void theFolderOfAFlowGivesItsShiftAndNoBetas() {
        RunSpec spec = parser.parse("run.yaml", "{name: a, initialModel: flow}");
        assertEquals(
                new RunSpec.Schedule(null, 500, null, null, false, 3.0),
                spec.model().schedule());
        assertEquals("euler", spec.evaluation().sampler());
        assertEquals(
                List.of(
                        "model.prediction: is \"flow\", the initial model has \"epsilon\"; leave it out or let it agree"),
                mistakes("{name: a, initialModel: pipeline, model: {prediction: flow}}"));
        assertEquals(
                List.of("model.schedule.shift: is 1, the initial model has 3.0; leave it out or let it agree"),
                mistakes("{name: a, initialModel: flow, model: {schedule: {shift: 1}}}"));
    }

    @Test
    void theCanonicalFormNeedsNoFolder() {
        RunSpec spec = parser.parse("run.yaml", "{name: a, initialModel: {folder: pipeline}}");
        String json = parser.toJson(spec);
        assertEquals(spec, new RunSpecParser().fromJson(json));
        assertFalse(parser.toJson(parser.parse("run.yaml", "name: a")).contains("initialModel"));
    }

    @Test
    void jsonWithAFolderThatWasNeverOpenedIsRefused() {
        String message = assertThrows(
                        InvalidRunSpecException.class,
                        () -> parser.fromJson("{\"name\": \"a\", \"initialModel\": \"unet\"}"))
                .getMessage();
        assertEquals("spec: initialModel.sha256: is required in a run that was submitted", message);
    }

    @Test
    void aFolderWithoutASchedulerLeavesItToTheSpecification() {
        RunSpec spec = parser.parse(
                "run.yaml",
                "{name: a, initialModel: unet, model: {prediction: epsilon, schedule: {trainTimesteps: 200}}}");
        assertEquals("epsilon", spec.model().prediction());
        assertEquals(200, spec.model().schedule().trainTimesteps());
    }

    @Test
    void whatIsStatedMustAgreeAndEveryDifferenceIsNamed() {
        parser.parse(
                "run.yaml",
                "{name: a, initialModel: pipeline, model: {unet: {norm_num_groups: 4, mid_block_scale_factor: 1}}}");
        assertEquals(
                List.of(
                        "model.unet.layers_per_block: is 1, the initial model has 2; leave it out or let it agree",
                        "model.unet.attention_head_dim: is 4, the initial model has null; leave it out or let it agree",
                        "model.schedule.trainTimesteps: is 1000, the initial model has 500; leave it out or let it agree",
                        "model.prediction: is \"v_prediction\", the initial model has \"epsilon\"; leave it out or let it agree"),
                mistakes("""
                        name: a
                        initialModel: pipeline
                        model:
                          unet: {layers_per_block: 1, attention_head_dim: 4}
                          schedule: {trainTimesteps: 1000}
                          prediction: v_prediction
                        """));
    }

    @Test
    void aSizeThatIsLeftOpenMustBeGiven() {
        assertEquals(
                List.of("model.unet.sample_size: the initial model leaves the size of the images open; give it"),
                mistakes("{name: a, initialModel: open}"));
        RunSpec spec = parser.parse("run.yaml", "{name: a, initialModel: open, model: {unet: {sample_size: 32}}}");
        assertEquals(32, spec.model().unet().get("sample_size").asInt());
    }

    @Test
    void aFolderThatCannotBeOpenedIsAMistakeLikeOthers() {
        assertEquals(
                List.of("initialModel: gone: there is no such folder", "training.steps: must be >= 1, was 0"),
                mistakes("{name: a, initialModel: gone, training: {steps: 0}}"));
        assertEquals(List.of("initialModel.folder: is required"), mistakes("{name: a, initialModel: {}}"));
        assertEquals(
                List.of("initialModel.checkpoint: is put in for optimizer: keep, which is not there"),
                mistakes("{name: a, initialModel: {folder: unet, checkpoint: " + "f".repeat(64) + "}}"));
        assertEquals(
                List.of("initialModel.path: unknown key; there are folder, sha256, optimizer, checkpoint"),
                mistakes("{name: a, initialModel: {folder: unet, path: x}}"));
    }

    @Test
    void aStatedSumMustBeThatOfTheFile() {
        String other = "f".repeat(64);
        assertTrue(mistakes("{name: a, initialModel: {folder: unet, sha256: " + other + "}}")
                .get(0)
                .startsWith("initialModel.sha256: is \"ffff"));
    }
}
