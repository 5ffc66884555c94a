package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunSpecParserTest {

    private static final String CONSTRAINED = """
            name: digits
            data:
              images: bundled:mnist10k
              classes: {4: {count: 100}, 5: {fraction: 0.25}}
              seed: 7
            dual: {mode: lockstep, resilience: 0.3}
            constraints:
              - id: digit-4
                data: {classes: {4: {count: 100}}}
              - id: digit-5
                evaluator: minibatch-loss
                data: {classes: {5: }}
                threshold: 2e-2
                initialMultiplier: 1
                evaluationData: {seed: 8}
            """;

    private final RunSpecParser parser = new RunSpecParser();

    @Test
    void aNameAloneIsAWholeSpecification() throws Exception {
        RunSpec spec = parser.parse("run.yaml", "name: smallest");

        RunSpec.Data mnist = new RunSpec.Data("bundled:mnist10k", "bundled:mnist10k", Map.of(), true, 0);
        JsonNode unet = new ObjectMapper().readTree("""
                {"sample_size": 28, "in_channels": 1, "out_channels": 1, "center_input_sample": false,
                 "flip_sin_to_cos": true, "freq_shift": 0, "time_embedding_dim": null, "block_out_channels": [16, 32, 32],
                 "down_block_types": ["DownBlock2D", "DownBlock2D", "AttnDownBlock2D"],
                 "up_block_types": ["AttnUpBlock2D", "UpBlock2D", "UpBlock2D"], "layers_per_block": 1,
                 "mid_block_scale_factor": 1, "downsample_padding": 1, "attention_head_dim": null, "norm_num_groups": 8,
                 "attn_norm_num_groups": null, "norm_eps": 1e-5, "add_attention": true}""");
        assertEquals(
                new RunSpec(
                        1,
                        "smallest",
                        "",
                        Map.of(),
                        0,
                        0,
                        mnist,
                        null,
                        new RunSpec.Model(
                                unet,
                                new RunSpec.Schedule("squaredcos_cap_v2", 1000, 1e-4, 0.02, false),
                                "v_prediction"),
                        new RunSpec.Training(
                                2000,
                                64,
                                RunSpec.Batching.MIXTURE,
                                2e-3,
                                100,
                                RunSpec.Decay.COSINE,
                                0,
                                1,
                                0.995,
                                RunSpec.Precision.FP32,
                                "auto",
                                50,
                                0,
                                0,
                                null,
                                null),
                        new RunSpec.Dual(
                                RunSpec.Mode.ASYNC,
                                0,
                                20,
                                0.5,
                                OptionalDouble.empty(),
                                200,
                                100,
                                RunSpec.Optimizer.GRADIENT_ASCENT,
                                new RunSpec.NuPi(1, 1, 0.9, RunSpec.FirstStep.SGD),
                                new RunSpec.Adam(0.9, 0.999, 1e-8),
                                0),
                        List.of(),
                        new RunSpec.Evaluation(
                                500, 500, 2000, "ddim", 50, null, 1, mnist, null, 100, null, List.of(), false, null),
                        new RunSpec.Checkpoints(200, 10, 3)),
                spec);
    }

    /** Builds that do not know a setting can read the specifications that do not use it. */
    @Test
    void settingsThatAreNewerAreWrittenWhereTheyAreUsedAlone() {
        String plain = parser.toJson(parser.parse("run.yaml", "{name: a}"));
        for (String newer : List.of(
                "zeroTerminalSnr",
                "minSnrGamma",
                "samplerSpacing",
                "shift",
                "ema",
                "latents",
                "latentMeans",
                "classifier",
                "features",
                "infinity",
                "delay")) {
            assertFalse(plain.contains("\"" + newer + "\""), newer);
        }
        RunSpec spec = parser.parse(
                "run.yaml",
                "{name: a, model: {schedule: {zeroTerminalSnr: true}}, training: {minSnrGamma: 5, ema: {warmup: true}},"
                        + " evaluation: {samplerSpacing: linspace}}");
        assertEquals(spec, parser.fromJson(parser.toJson(spec)));
        assertEquals(5, spec.training().minSnrGamma());
        assertEquals(new RunSpec.Ema(0, 0, true, 1, 2.0 / 3), spec.training().ema());
    }

    @Test
    void samplesAreDrawnInFloat32UnlessTheSpecificationSaysOtherwise() {
        RunSpec plain = parser.parse("run.yaml", "{name: a, training: {precision: bf16}}");
        assertNull(plain.evaluation().precision());
        String json = parser.toJson(plain);
        assertEquals(json.indexOf("\"precision\""), json.lastIndexOf("\"precision\""), "training's alone");
        RunSpec spec = parser.parse("run.yaml", "{name: a, evaluation: {precision: auto}}");
        assertEquals(RunSpec.Precision.AUTO, spec.evaluation().precision());
        assertEquals(spec, parser.fromJson(parser.toJson(spec)));
        RunSpec.Evaluation moved =
                spec.evaluation().withReference(spec.evaluation().reference());
        assertEquals(spec.evaluation(), moved);
    }

    @Test
    void pipelinedIsOneDualPointBehindUnlessItSaysOtherwise() {
        RunSpec spec = parser.parse("run.yaml", "{name: a, dual: {mode: pipelined}}");
        assertEquals(RunSpec.Mode.PIPELINED, spec.dual().mode());
        assertEquals(1, spec.dual().delay());
        assertEquals(spec, parser.fromJson(parser.toJson(spec)));
        assertEquals(
                3,
                parser.parse("run.yaml", "{name: a, dual: {mode: PIPELINED, delay: 3}}")
                        .dual()
                        .delay());
        assertEquals(
                0,
                parser.parse("run.yaml", "{name: a, dual: {mode: LOCKSTEP}}")
                        .dual()
                        .delay());
    }

    @Test
    void aFlowHasNoBetasAndASamplerOfItsOwn() {
        RunSpec spec = parser.parse("run.yaml", "{name: a, model: {prediction: flow}}");
        assertEquals(
                new RunSpec.Schedule(null, 1000, null, null, false, 1.0),
                spec.model().schedule());
        assertEquals("euler", spec.evaluation().sampler());
        String json = parser.toJson(spec);
        assertFalse(json.contains("betaS") || json.contains("betaE"), json);
        assertEquals(spec, parser.fromJson(json));
        RunSpec shifted = parser.parse(
                "run.yaml",
                "{name: a, model: {prediction: flow, schedule: {shift: 3, trainTimesteps: 200}},"
                        + " evaluation: {sampler: euler, samplerSteps: 20}}");
        assertEquals(
                new RunSpec.Schedule(null, 200, null, null, false, 3.0),
                shifted.model().schedule());
    }

    @Test
    void aConstraintTakesWhatItLeavesOutFromTheRunsData() {
        RunSpec spec = parser.parse("run.yaml", CONSTRAINED);

        RunSpec.Constraint first = spec.constraints().get(0);
        assertEquals(
                new RunSpec.Data(
                        "bundled:mnist10k", "bundled:mnist10k", Map.of(4, new RunSpec.Share(100, null)), false, 7),
                first.data());
        assertNull(first.evaluationData());
        assertEquals("denoising-loss", first.evaluator());
        assertEquals(256, first.evaluationSamples());
        assertEquals(0, first.initialMultiplier());
        assertTrue(spec.data().otherClasses(), "the run's data has the other classes whole");
    }

    @Test
    void evaluationDataTakesWhatItLeavesOutFromTheConstraintsData() {
        RunSpec.Constraint second =
                parser.parse("run.yaml", CONSTRAINED).constraints().get(1);

        assertEquals(
                new RunSpec.Data(
                        "bundled:mnist10k", "bundled:mnist10k", Map.of(5, new RunSpec.Share(null, null)), false, 8),
                second.evaluationData());
    }

    @Test
    void theReferenceIsBalancedOverTheRunsImagesUnlessItIsGiven() {
        assertEquals(
                new RunSpec.Data("bundled:mnist10k", "bundled:mnist10k", Map.of(), true, 7),
                parser.parse("run.yaml", CONSTRAINED).evaluation().reference());

        RunSpec.Data given = parser.parse(
                        "run.yaml",
                        "{name: a, evaluation: {reference: {images: test.gz, labels: test-labels.gz, classes: {3: {}}}}}")
                .evaluation()
                .reference();
        assertEquals(
                new RunSpec.Data("test.gz", "test-labels.gz", Map.of(3, new RunSpec.Share(null, null)), false, 0),
                given);
    }

    @Test
    void theThresholdIsZeroWithResilienceAndRequiredWithout() {
        assertEquals(
                0, parser.parse("run.yaml", CONSTRAINED).constraints().get(0).threshold());

        String plain = CONSTRAINED.replace(", resilience: 0.3", "");
        InvalidRunSpecException e = assertThrows(InvalidRunSpecException.class, () -> parser.parse("run.yaml", plain));
        assertEquals(List.of(new Problem("constraints[0].threshold", "is required")), e.problems());
    }

    @Test
    void numbersMayBeWrittenAsPeopleWriteThem() {
        RunSpec spec = parser.parse(
                "run.yaml",
                "{name: a, seed: -9223372036854775808, training: {learningRate: 2e-3, steps: 2000.0, clipNorm: 1}}");

        assertEquals(0.002, spec.training().learningRate());
        assertEquals(2000, spec.training().steps());
        assertEquals(Long.MIN_VALUE, spec.seed());
    }

    @Test
    void wordsOfYamlThatLookLikeSomethingElseStayText() {
        assertEquals("no", parser.parse("run.yaml", "name: no").name());
        assertEquals("2026-01-01", parser.parse("run.yaml", "name: 2026-01-01").name());
        assertEquals("12", parser.parse("run.yaml", "name: '12'").name());
    }

    @Test
    void theModeIsReadInAnyCase() {
        assertEquals(
                RunSpec.Mode.LOCKSTEP,
                parser.parse("run.yaml", CONSTRAINED).dual().mode());
        assertEquals(
                RunSpec.Mode.ASYNC,
                parser.parse("run.yaml", "{name: a, dual: {mode: Async}}")
                        .dual()
                        .mode());
    }

    @Test
    void theChoicesAreReadAsTheFormatSpellsThem() {
        RunSpec.Training training = parser.parse(
                        "run.yaml",
                        "{name: a, training: {batching: weighted-sum, decay: constant, precision: bf16, device: 'cuda:1'}}")
                .training();

        assertEquals(RunSpec.Batching.WEIGHTED_SUM, training.batching());
        assertEquals(RunSpec.Decay.CONSTANT, training.decay());
        assertEquals(RunSpec.Precision.BF16, training.precision());
        assertEquals("cuda:1", training.device());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "cuda:all; cuda:all",
                "'cuda:0,cuda:1'; cuda:0,cuda:1",
                "'cuda:0 , cuda:1,  cuda:2'; cuda:0,cuda:1,cuda:2",
                "[cuda:1, cuda:0]; cuda:1,cuda:0",
                "[cpu, cpu]; cpu,cpu",
                "[cuda:3]; cuda:3"
            },
            quoteCharacter = '"')
    void severalDevicesAreAListOrHaveCommasBetweenThem(String written, String device) {
        RunSpec spec = parser.parse("run.yaml", "{name: a, training: {device: " + written + "}}");

        assertEquals(device, spec.training().device());
        assertEquals(spec, parser.fromJson(parser.toJson(spec)));
    }

    @Test
    void thePrecisionMayBeLeftToTheTrainer() {
        RunSpec spec = parser.parse("run.yaml", "{name: a, training: {precision: auto}}");

        assertEquals(RunSpec.Precision.AUTO, spec.training().precision());
    }

    @Test
    void jsonAndBackIsTheSameSpecification() throws Exception {
        for (String yaml : List.of("name: smallest", "{name: a, training: {precision: auto}}", CONSTRAINED)) {
            RunSpec spec = parser.parse("run.yaml", yaml);
            String json = parser.toJson(spec);

            assertEquals(spec, parser.fromJson(json));
            assertEquals(json, parser.toJson(parser.fromJson(json)));
        }
    }

    @Test
    void jsonHasEveryValueInTheWordsOfTheFormat() throws Exception {
        JsonNode json = new ObjectMapper().readTree(parser.toJson(parser.parse("run.yaml", CONSTRAINED)));

        assertEquals("mixture", json.at("/training/batching").asText());
        assertEquals("fp32", json.at("/training/precision").asText());
        assertEquals("LOCKSTEP", json.at("/dual/mode").asText());
        assertEquals(0.3, json.at("/dual/resilience").asDouble());
        assertEquals(100, json.at("/constraints/0/data/classes/4/count").asInt());
        assertTrue(json.at("/model/unet").has("attention_head_dim"), "a null of the network is kept");
        assertEquals(3, json.at("/checkpoints/keep").asInt());
    }

    @Test
    void anOlderSpecificationInJsonGetsTheDefaultsOfWhatItLacks() {
        assertEquals(parser.parse("run.yaml", "name: smallest"), parser.fromJson("{\"name\":\"smallest\"}"));
    }

    @Test
    void aMiddleBlockOfNullMeansNoneAndIsKept() {
        RunSpec spec =
                parser.parse("run.yaml", "{name: a, model: {unet: {mid_block_type: null, sample_size: [28, 20]}}}");
        assertTrue(spec.model().unet().get("mid_block_type").isNull());
        assertEquals(spec, parser.fromJson(parser.toJson(spec)));
    }

    @Test
    void aConstraintForARunIsCompletedAsIfItStoodInItsSpecification() {
        RunSpec run = parser.parse(
                "run.yaml", "{name: a, data: {images: x.gz, labels: y.gz, seed: 5}, dual: {resilience: 0.3}}");

        RunSpec.Constraint constraint =
                parser.parseConstraint(run, "constraint", "{id: four, data: {classes: {4: {count: 50}}}}", null);

        assertEquals("x.gz", constraint.data().images());
        assertEquals(5, constraint.data().seed());
        assertEquals(0, constraint.threshold());
        assertEquals("denoising-loss", constraint.kind());
    }

    @Test
    void mistakesInAConstraintForARunAreSaidWithTheirPlaceInIt() {
        RunSpec run = parser.parse("run.yaml", "{name: a}");

        InvalidRunSpecException e = assertThrows(
                InvalidRunSpecException.class,
                () -> parser.parseConstraint(run, "constraint", "{id: four, treshold: 1, data: {sed: 1}}", null));

        assertEquals(
                List.of(
                        "data.sed: unknown key, did you mean seed?",
                        "threshold: is required",
                        "treshold: unknown key, did you mean threshold?"),
                e.problems().stream().map(Problem::toString).sorted().toList());
    }

    @Test
    void aShareThatIsWantedIsAThresholdForTheShareThatIsMissing() {
        RunSpec spec = parser.parse(
                "run.yaml",
                "{name: a, constraints: [{id: b, kind: class-frequency, atLeast: 0.25, data: {classes: {4: {}}}}]}");

        assertEquals(0.75, spec.constraints().get(0).threshold());
        assertEquals("class-frequency", spec.constraints().get(0).evaluator());
    }

    @Test
    void dualSettingsAreChangedByNameAndTheOthersStay() throws IOException {
        RunSpec run = parser.parse("run.yaml", "{name: a, dual: {learningRate: 0.25, nupi: {kp: 3}}}");

        RunSpec changed = parser.withDual(run, "dual", new YAMLMapper().readTree("{optimizer: nupi, nupi: {nu: 0.5}}"));

        assertEquals(RunSpec.Optimizer.NUPI, changed.dual().optimizer());
        assertEquals(
                new RunSpec.NuPi(3, 1, 0.5, RunSpec.FirstStep.SGD),
                changed.dual().nupi());
        assertEquals(0.25, changed.dual().learningRate());
        assertEquals(run.training(), changed.training());
    }

    @Test
    void whatTheTrainerStartedWithCannotBeChanged() throws IOException {
        RunSpec run = parser.parse("run.yaml", "{name: a}");
        JsonNode changes = new YAMLMapper().readTree("{primalSteps: 3, learningRate: 0.1}");

        InvalidRunSpecException e =
                assertThrows(InvalidRunSpecException.class, () -> parser.withDual(run, "dual", changes));

        assertEquals(1, e.problems().size());
        assertTrue(
                e.getMessage().contains("dual.primalSteps: cannot be changed while the run is there"), e.getMessage());
    }
}
