package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.saddle.diffusion.evaluation.FeatureStatistics;
import io.saddle.diffusion.evaluation.StatisticsFile;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionCheckTest {

    private static final String CONSTRAINED = """
            name: run
            dual: {resilience: 0.5}
            """;

    @Test
    void acceptsTheBundledDigits() {
        assertEquals(List.of(), check(CONSTRAINED + "constraints: [{id: four, data: {classes: {4: {count: 100}}}}]"));
    }

    @Test
    void namesTheClassesThatThereAreWhereOneDoesNotExist() {
        List<Problem> problems = check(CONSTRAINED + "constraints: [{id: twelve, data: {classes: {12: {}}}}]");
        assertEquals("constraints[0].data", problems.get(0).path());
        assertTrue(problems.get(0).message().contains("class 12 does not exist"), problems.toString());
        assertTrue(problems.get(0).message().contains("0, 1, 2, 3, 4, 5, 6, 7, 8, 9"), problems.toString());
    }

    @Test
    void refusesMoreImagesThanAClassHas() {
        List<Problem> problems = check(CONSTRAINED + "constraints: [{id: four, data: {classes: {4: {count: 5000}}}}]");
        assertTrue(problems.get(0).message().contains("5000 were asked for"), problems.toString());
    }

    @Test
    void refusesAConstraintWhoseSelectionIsEmpty() {
        List<Problem> problems =
                check(CONSTRAINED + "constraints: [{id: none, data: {classes: {4: {fraction: 0.0001}}}}]");
        assertEquals("constraints[0].data", problems.get(0).path());
        assertTrue(problems.get(0).message().contains("leaves no image"), problems.toString());
    }

    /** No snapshot could be measured: a LOCKSTEP run waited at its first dual point for ever. */
    @Test
    void refusesToCompareFeaturesWithASingleImage() {
        List<Problem> problems = check(CONSTRAINED + """
                evaluation: {reference: {images: "bundled:mnist10k", classes: {4: {count: 1}}}}
                constraints:
                  - {id: one, kind: feature-mean, threshold: 1, data: {classes: {4: {count: 1}}}}
                  - {id: other, kind: feature-mean, threshold: 1, data: {classes: {4: {count: 1}}}, evaluationData: {classes: {4: {count: 2}}}}
                  - {id: trained, threshold: 1, data: {classes: {4: {count: 1}}}}
                """);
        assertEquals(
                List.of("constraints[0].data", "evaluation.reference"),
                problems.stream().map(Problem::path).toList());
        assertTrue(problems.get(0).message().startsWith("is a single image, "), problems.toString());
    }

    @Test
    void refusesADataFileThatIsNotIdxAndOneThatIsMissingBothAtOnce(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "these are not images");
        List<Problem> problems = check("""
                name: run
                dual: {resilience: 0.5}
                data: {images: bundled:mnist10k}
                constraints:
                  - {id: text, data: {images: "%s", labels: "%s"}}
                  - {id: gone, data: {images: "%s/gone", labels: "%s/gone"}}
                """.formatted(text, text, folder, folder));
        assertEquals(
                List.of("constraints[0].data", "constraints[1].data"),
                problems.stream().map(Problem::path).distinct().toList());
        assertTrue(problems.get(1).message().contains("no such file"), problems.toString());
    }

    /** A fork of a run was trained on what lay there by then. */
    @Test
    void refusesFilesThatAreNotTheStatedOnes(@TempDir Path folder) throws IOException {
        Path images = idx(folder.resolve("images"), 3, 28, 28);
        Path labels = idx(folder.resolve("labels"), 3);
        String spec = "{name: run, data: {images: %s, labels: %s, sha256: %s}}";
        List<Problem> problems = check(spec.formatted(images, labels, "a".repeat(64)));
        assertEquals("data", problems.get(0).path());
        assertTrue(
                problems.get(0)
                        .message()
                        .startsWith(images + " and " + labels + " are not the files of the specification"),
                problems.toString());
        String sha256 = ImageSets.withoutStore()
                .sha256(images.toString(), labels.toString())
                .orElseThrow();
        assertEquals(List.of(), check(spec.formatted(images, labels, sha256)));
    }

    @Test
    void refusesImagesThatDoNotFitTheNetwork() {
        List<Problem> problems = check("""
                name: run
                model: {unet: {sample_size: 32}}
                """);
        assertTrue(
                problems.stream()
                        .anyMatch(p -> p.path().equals("data") && p.message().contains("1x28x28")),
                problems.toString());
    }

    /** A tuning of photographs could not follow its own pre-training in a pipeline: the default network takes digits. */
    @Test
    void leavesTheNetworkAloneWhereItIsNotKnownYetAndTheDataNot() {
        RunSpec spec = new RunSpecParser().parse("run.yaml", """
                name: run
                model: {unet: {sample_size: 32}}
                training: {labelDropout: 0.1}
                constraints: [{id: twelve, threshold: 0.1, data: {classes: {12: {}}}}]
                """);
        assertTrue(new SubmissionCheck()
                .check(spec).stream().map(Problem::path).toList().containsAll(List.of("data", "training")));
        List<Problem> problems = new SubmissionCheck().checkWithoutModel(spec);
        assertEquals(
                List.of("constraints[0].data"),
                problems.stream().map(Problem::path).toList());
    }

    /** It was not looked at before the memory that it takes, and was answered with a failure of the console. */
    @Test
    void refusesANetworkWithMoreWeightsThanAVectorHolds() {
        List<Problem> problems = check("name: a\nmodel: {unet: {block_out_channels: [8192, 8192, 8192]}}\n");
        assertEquals(List.of("model"), problems.stream().map(Problem::path).toList());
        assertTrue(
                problems.get(0).message().startsWith("the network has more than 2^31 weights, "), problems.toString());
    }

    @Test
    void refusesReferenceStatisticsThatCannotBeRead(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("reference.npz");
        FeatureStatistics features = FeatureStatistics.of(new float[] {1, 2, 3, 5, 4, 4}, 2);
        StatisticsFile.write(file, features.gaussian());
        String spec = "name: run\nevaluation: {referenceStatistics: \"%s\"}\n";
        assertEquals(List.of(), check(spec.formatted(file)));
        Files.writeString(file, "no statistics");
        List<Problem> problems = check(spec.formatted(file));
        assertEquals("evaluation.referenceStatistics", problems.get(0).path());
        assertTrue(problems.get(0).message().contains("no .npz file"), problems.toString());
    }

    private static final UNet2DConfig NETWORK = UNet2DConfig.of(28, 1, List.of(8, 8), 1, 4);

    private static RunSpec tuned(Path folder, Path sameShape) throws IOException {
        new DiffusersPipelineFolder(
                        NETWORK,
                        NoiseSchedule.cosine(200),
                        PredictionType.V_PREDICTION,
                        UNet2D.layout(NETWORK).initialValues(5))
                .write(sameShape);
        return new RunSpecParser(DiffusersModels.anywhere()).parse("run.yaml", """
                name: run
                initialModel: %s
                constraints: [{id: near, kind: distillation, threshold: 0.01, model: %s}]
                """.formatted(sameShape, folder));
    }

    /** The console, which checks, has no libtorch: a teacher is looked at, not run. */
    @Test
    void aTeacherFitsTheNetworkInWhatItTakesAndPredicts(@TempDir Path folder) throws IOException {
        Path model = folder.resolve("model");
        assertEquals(List.of(), new SubmissionCheck().check(tuned(model, model)));

        UNet2DConfig larger = UNet2DConfig.of(32, 1, List.of(8, 8), 1, 4);
        new DiffusersPipelineFolder(
                        larger,
                        NoiseSchedule.cosine(200),
                        PredictionType.V_PREDICTION,
                        UNet2D.layout(larger).initialValues(5))
                .write(folder.resolve("larger"));
        List<Problem> problems = new SubmissionCheck().check(tuned(folder.resolve("larger"), folder.resolve("again")));
        assertEquals("constraints[0].model", problems.get(0).path());
        assertTrue(problems.get(0).message().contains("the model takes 1x32"), problems.toString());

        new DiffusersPipelineFolder(
                        NETWORK,
                        new FlowSchedule(200, 1),
                        PredictionType.FLOW,
                        UNet2D.layout(NETWORK).initialValues(5))
                .write(folder.resolve("flow"));
        problems = new SubmissionCheck().check(tuned(folder.resolve("flow"), folder.resolve("once-more")));
        assertEquals(
                folder.resolve("flow") + " predicts flow, the run's network v_prediction; they cannot be compared",
                problems.get(0).message());

        new DiffusersPipelineFolder(
                        NETWORK,
                        NoiseSchedule.cosine(1000),
                        PredictionType.V_PREDICTION,
                        UNet2D.layout(NETWORK).initialValues(5))
                .write(folder.resolve("finer"));
        problems = new SubmissionCheck().check(tuned(folder.resolve("finer"), folder.resolve("last")));
        assertEquals(
                folder.resolve("finer")
                        + " was trained at 1000 timesteps, the run has 200 (model.schedule.trainTimesteps): it would be asked"
                        + " about other noise levels than it is told",
                problems.get(0).message());
    }

    /** As many timesteps, and at each of them another noise level than that of the run. */
    @Test
    void aTeacherWasTrainedAtTheNoiseLevelsThatItIsAskedAbout(@TempDir Path folder) throws IOException {
        Path linear = folder.resolve("linear");
        new DiffusersPipelineFolder(
                        NETWORK,
                        NoiseSchedule.linear(200),
                        PredictionType.V_PREDICTION,
                        UNet2D.layout(NETWORK).initialValues(5))
                .write(linear);
        List<Problem> problems = new SubmissionCheck().check(tuned(linear, folder.resolve("cosine")));
        assertEquals("constraints[0].model", problems.get(0).path());
        assertTrue(
                problems.get(0)
                        .message()
                        .startsWith("the model was trained with the noise levels of {\"betaSchedule\":\"linear\""),
                problems.toString());
        // What the cosine's levels do not depend on may differ.
        Path same = folder.resolve("same");
        new DiffusersPipelineFolder(
                        NETWORK,
                        new NoiseSchedule(NoiseSchedule.cosine(200).beta(), 200, 0.001, 0.5),
                        PredictionType.V_PREDICTION,
                        UNet2D.layout(NETWORK).initialValues(5))
                .write(same);
        assertEquals(List.of(), new SubmissionCheck().check(tuned(same, folder.resolve("cosine-again"))));
    }

    @Test
    void refusesAWarmUpThatOutlastsTheRun() {
        List<Problem> problems = check("""
                name: run
                training: {steps: 50, warmupSteps: 100}
                """);
        assertEquals(List.of("training"), problems.stream().map(Problem::path).toList());
    }

    /** Which precision that is, and whether there is such a GPU, the trainer finds out on its own machine. */
    @Test
    void leavesThePrecisionToTheTrainer() {
        assertEquals(List.of(), check("""
                name: run
                training: {precision: auto, device: "cuda:99"}
                """));
        assertEquals(List.of(), check("""
                name: run
                training: {precision: auto, device: [cuda:98, cuda:99]}
                """));
        assertEquals(List.of(), check("""
                name: run
                training: {precision: auto, device: cuda:all}
                """));
    }

    @Test
    void refusesMoreStepsThanTheSamplerCanMake() {
        List<Problem> problems = check("""
                name: run
                evaluation: {sampler: dpmpp-2m, samplerSteps: 1000}
                """);
        assertEquals(
                List.of("evaluation.samplerSteps"),
                problems.stream().map(Problem::path).toList());
        assertTrue(problems.get(0).message().contains("1..999"), problems.toString());
    }

    @Test
    void refusesOneStepFromTheLeastNoise() {
        String one = "{name: run, evaluation: {sampler: euler, samplerSteps: 1, samplerSpacing: %s}}";
        List<Problem> problems = check(one.formatted("linspace"));
        assertEquals(
                List.of("evaluation.samplerSteps"),
                problems.stream().map(Problem::path).toList());
        assertTrue(problems.get(0).message().contains("from timestep 0"), problems.toString());
        assertEquals(List.of(), check(one.formatted("trailing")));
    }

    @Test
    void refusesClassesThatTheNetworkHasNoEmbeddingFor() {
        String spec = "{name: run, model: {unet: {num_class_embeds: %d}}, training: {labelDropout: 0.1}}";
        assertEquals(List.of(), check(spec.formatted(11)));
        List<Problem> problems = check(spec.formatted(10));
        assertEquals(
                List.of("data", "evaluation.reference"),
                problems.stream().map(Problem::path).toList());
        assertEquals(
                "the largest label is 9 (9): model.unet.num_class_embeds must be at least 11, one embedding for each label"
                        + " from 0 on and one for no class, was 10",
                problems.get(0).message());
        assertEquals(
                List.of("training"),
                check("{name: run, training: {labelDropout: 0.1}}").stream()
                        .map(Problem::path)
                        .toList());
    }

    /** Each took 55 MB of pixels and kept them, 32 selections at a time, until a console of 256 MB died. */
    @Test
    void leavesThePixelsWhereTheyAre(@TempDir Path folder) throws IOException {
        int images = 70_000;
        Path pixels = idx(folder.resolve("images.gz"), images, 28, 28);
        Path labels = idx(folder.resolve("labels.gz"), images);
        RunSpecParser parser = new RunSpecParser();
        SubmissionCheck check = new SubmissionCheck();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int checks = 5;
        for (int seed = 0; seed < checks; seed++) {
            assertEquals(List.of(), check.check(parser.parse("run.yaml", """
                            name: run
                            data: {images: %s, labels: %s, seed: %d, classes: {0: {count: 1000}}}
                            """.formatted(pixels, labels, seed))));
        }
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / checks;
        assertTrue(each < images * 28L * 28 / 4, "a check allocates " + each + " bytes");
    }

    private static Path idx(Path file, int... shape) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(0x800 | shape.length);
            int size = 1;
            for (int dimension : shape) {
                out.writeInt(dimension);
                size *= dimension;
            }
            out.write(new byte[size]);
        }
        return file;
    }

    private static List<Problem> check(String yaml) {
        RunSpec spec = new RunSpecParser().parse("run.yaml", yaml);
        return new SubmissionCheck().check(spec);
    }
}
