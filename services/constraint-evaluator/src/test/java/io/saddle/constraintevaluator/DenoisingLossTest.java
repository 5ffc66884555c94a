package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.FileDigest;
import io.saddle.diffusion.evaluation.DistillationEvaluator;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.PretrainedModel;
import io.saddle.schema.ThresholdKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a tiny network and 8x8 images of two classes, one dark and one bright. */
class DenoisingLossTest {

    @TempDir
    static Path data;

    /** Never asked for what is measured in float32. */
    private static final EstimatePrecisions PRECISIONS = new EstimatePrecisions(null, () -> Precision.FP32);

    private static UNet2D network;
    private static String yaml;
    private static RunSpec spec;
    private static RunModel model;

    @BeforeAll
    static void makeNetworkAndImages() throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + 40 * 64)
                .putInt(0x803)
                .putInt(40)
                .putInt(8)
                .putInt(8);
        ByteBuffer labels = ByteBuffer.allocate(8 + 40).putInt(0x801).putInt(40);
        for (int i = 0; i < 40; i++) {
            int label = i % 2;
            labels.put((byte) label);
            for (int pixel = 0; pixel < 64; pixel++) {
                images.put((byte) (label * 150 + (i * 7 + pixel * 3) % 60));
            }
        }
        Files.write(data.resolve("images"), images.array());
        Files.write(data.resolve("labels"), labels.array());
        yaml = """
                name: r
                data: {images: %s, labels: %s}
                model:
                  unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                         down_block_types: [DownBlock2D], up_block_types: [UpBlock2D], attention_head_dim: null,
                         add_attention: false}
                constraints:
                  - {id: dark, threshold: 0, evaluationSamples: 100, data: {classes: {0: {}}}}
                  - {id: bright, threshold: 0, evaluationSamples: 100, data: {classes: {1: {}}}}
                  - {id: held-out, threshold: 0, evaluationSamples: 100, data: {classes: {0: {}}},
                     evaluationData: {classes: {1: {}}}}
                """.formatted(data.resolve("images"), data.resolve("labels"));
        spec = new RunSpecParser().parse("run.yaml", yaml);
        model = RunModel.of(spec);
        network = UNet2D.compile(model.network());
    }

    @AfterAll
    static void closeNetwork() {
        network.close();
    }

    private static ConstraintDefinition definition(String id) {
        return new Submissions(new RunSpecParser(), Clock.systemUTC())
                .submission(spec, "test").constraints().stream()
                        .filter(definition -> definition.getConstraintId().equals(id))
                        .findFirst()
                        .orElseThrow();
    }

    private static LossEstimateResult measure(long weightsSeed, int workers, ConstraintDefinition definition)
            throws IOException {
        float[] weights = network.layout().initialValues(weightsSeed).toFloats();
        try (NoisePredictor predictor = new NoisePredictor(network, HostVector.of(weights), Precision.FP32)) {
            return measurement(
                            new DenoisingLoss(
                                    workers, ImageSets.withoutStore(), DiffusersModels.anywhere(), PRECISIONS),
                            predictor,
                            definition)
                    .result();
        }
    }

    private static ConstraintLoss.Measurement measurement(
            ConstraintLoss loss, NoisePredictor predictor, ConstraintDefinition definition) throws IOException {
        return loss.measure(new ConstraintLoss.Snapshot(predictor, model, spec), definition);
    }

    private static ConstraintDefinition enough(double threshold, ThresholdKind kind) {
        return ConstraintDefinition.newBuilder(definition("dark"))
                .setThreshold(threshold)
                .setThresholdKind(kind)
                .setObjectiveData(DataSelections.toAvro(spec.data()))
                .setParameters(Map.of("enough", "0.5"))
                .build();
    }

    /** The loss of an untrained network is about 1. */
    @Test
    void anEstimateEndsEarlyWhereItsErrorIsSmallAgainstTheDistanceFromTheThreshold() throws IOException {
        LossEstimateResult whole = measure(1, 2, definition("dark"));
        LossEstimateResult far = measure(1, 2, enough(0, ThresholdKind.ABSOLUTE));
        assertEquals(25, far.samples());
        assertEquals(whole.loss(), far.loss(), 4 * far.standardError());
        assertEquals(
                whole, measure(1, 2, enough(far.loss(), ThresholdKind.ABSOLUTE)), "at the threshold every draw counts");
        ConstraintDefinition objective = ConstraintDefinition.newBuilder(definition("dark"))
                .setConstraintId("objective")
                .setData(DataSelections.toAvro(spec.data()))
                .build();
        double atThreshold = far.loss() / measure(1, 2, objective).loss() - 1;
        assertEquals(
                100,
                measure(1, 2, enough(atThreshold, ThresholdKind.RELATIVE_TO_OBJECTIVE))
                        .samples());
        assertEquals(
                25,
                measure(1, 2, enough(9, ThresholdKind.RELATIVE_TO_OBJECTIVE)).samples());
    }

    /** A quarter of the draws was held against the reference's loss on all of them: easy ones made a model better than itself. */
    @Test
    void aPartOfTheDrawsIsHeldAgainstTheReferenceOnTheSameOnes(@TempDir Path folder) throws IOException {
        new DiffusersPipelineFolder(
                        model.network(),
                        model.schedule(),
                        model.prediction(),
                        network.layout().initialValues(1))
                .write(folder);
        ConstraintDefinition own = ConstraintDefinition.newBuilder(enough(0.1, ThresholdKind.RELATIVE_TO_REFERENCE))
                .setModel(new PretrainedModel(
                        folder.toString(),
                        FileDigest.of(folder.resolve(DiffusersPipelineFolder.WEIGHTS))
                                .sha256()))
                .build();
        DenoisingLoss loss = new DenoisingLoss(2, ImageSets.withoutStore(), DiffusersModels.anywhere(), PRECISIONS);
        try (NoisePredictor same = new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            ConstraintLoss.Measurement measured = measurement(loss, same, own);
            assertEquals(25, measured.result().samples(), "a tenth of each loss is far from chance");
            assertEquals(measured.result().loss(), measured.reference().orElseThrow(), 1e-7);
        }
    }

    /** Five runs over seeds were five trainings and one draw. */
    @Test
    void runsOfOtherSeedsDrawOthersAndARunDoneAgainTheSame() throws IOException {
        RunSpec other = new RunSpecParser().parse("run.yaml", yaml.replaceFirst("name: r", "name: r\nseed: 2"));
        DenoisingLoss loss = new DenoisingLoss(2, ImageSets.withoutStore(), DiffusersModels.anywhere(), PRECISIONS);
        try (NoisePredictor predictor =
                new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            ConstraintDefinition dark = definition("dark");
            LossEstimateResult first = measurement(loss, predictor, dark).result();
            assertEquals(first, measurement(loss, predictor, dark).result());
            assertNotEquals(
                    first,
                    loss.measure(new ConstraintLoss.Snapshot(predictor, model, other), dark)
                            .result());
        }
    }

    @Test
    void aThresholdRelativeToTheObjectiveComesWithTheObjectivesLossOnTheSameSnapshot() throws IOException {
        ConstraintDefinition relative = ConstraintDefinition.newBuilder(definition("dark"))
                .setThresholdKind(ThresholdKind.RELATIVE_TO_OBJECTIVE)
                .setObjectiveData(DataSelections.toAvro(spec.data()))
                .build();
        DenoisingLoss loss = new DenoisingLoss(2, ImageSets.withoutStore(), DiffusersModels.anywhere(), PRECISIONS);
        ConstraintDefinition objective = ConstraintDefinition.newBuilder(definition("dark"))
                .setConstraintId("objective")
                .setData(relative.getObjectiveData())
                .build();

        try (NoisePredictor first = new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32);
                NoisePredictor second =
                        new NoisePredictor(network, network.layout().initialValues(2), Precision.FP32)) {
            for (NoisePredictor snapshot : List.of(first, second)) {
                ConstraintLoss.Measurement measured = measurement(loss, snapshot, relative);
                assertEquals(
                        measurement(loss, snapshot, objective).result().loss(),
                        measured.reference().orElseThrow());
                assertEquals(measurement(loss, snapshot, definition("dark")).result(), measured.result());
            }
        }
    }

    /** Kept by model and draws alone, the first run's was taken for the second's. */
    @Test
    void aReferencesLossIsMeasuredAnewForARunOfOtherNoiseLevels(@TempDir Path folder) throws IOException {
        FlowSchedule plain = new FlowSchedule(1000, 1);
        new DiffusersPipelineFolder(
                        model.network(),
                        plain,
                        PredictionType.FLOW,
                        network.layout().initialValues(9))
                .write(folder);
        Path weights = folder.resolve(DiffusersPipelineFolder.WEIGHTS);
        ConstraintDefinition relative = ConstraintDefinition.newBuilder(definition("dark"))
                .setThresholdKind(ThresholdKind.RELATIVE_TO_REFERENCE)
                .setModel(new PretrainedModel(
                        folder.toString(), FileDigest.of(weights).sha256()))
                .build();
        DenoisingLoss first = new DenoisingLoss(2, ImageSets.withoutStore(), DiffusersModels.anywhere(), PRECISIONS);
        DenoisingLoss other = new DenoisingLoss(2, ImageSets.withoutStore(), DiffusersModels.anywhere(), PRECISIONS);
        RunModel run = new RunModel(model.network(), plain, PredictionType.FLOW, false);
        RunModel shifted = new RunModel(model.network(), new FlowSchedule(1000, 3), PredictionType.FLOW, false);
        try (NoisePredictor predictor =
                new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            first.measure(new ConstraintLoss.Snapshot(predictor, run, spec), relative);
            assertEquals(
                    other.measure(new ConstraintLoss.Snapshot(predictor, shifted, spec), relative)
                            .reference(),
                    first.measure(new ConstraintLoss.Snapshot(predictor, shifted, spec), relative)
                            .reference());
        }
    }

    @Test
    void aRelativeThresholdWithoutWhatItCountsFromIsRefusedByName() {
        for (ThresholdKind kind : List.of(ThresholdKind.RELATIVE_TO_OBJECTIVE, ThresholdKind.RELATIVE_TO_REFERENCE)) {
            ConstraintDefinition relative = ConstraintDefinition.newBuilder(definition("dark"))
                    .setThresholdKind(kind)
                    .build();
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> measure(1, 2, relative));
            assertTrue(e.getMessage().startsWith("constraint 'dark': a threshold " + kind + " needs "), e.getMessage());
        }
    }

    @Test
    void aModelIsAtNoDistanceFromItselfAndAtTheirMeanSquaredDifferenceFromAnother() throws IOException {
        try (NoisePredictor one = new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32);
                NoisePredictor other =
                        new NoisePredictor(network, network.layout().initialValues(2), Precision.FP32)) {
            DistillationEvaluator evaluator = new DistillationEvaluator(model.forwardProcess(), 16, 2);
            assertEquals(0, evaluator.estimate(one, one, 50, 3).loss());
            LossEstimateResult apart = evaluator.estimate(one, other, 50, 3);
            assertTrue(apart.loss() > 0 && apart.standardError() > 0, apart.toString());
            assertEquals(apart.loss(), evaluator.estimate(other, one, 50, 3).loss(), 1e-9);
            assertEquals(50, apart.samples());
        }
    }

    @Test
    void theSameSnapshotMeasuredTwiceGivesTheSameBits() throws IOException {
        LossEstimateResult first = measure(1, 2, definition("dark"));
        assertTrue(first.loss() > 0 && Double.isFinite(first.loss()));
        assertEquals(100, first.samples());
        assertEquals(first, measure(1, 2, definition("dark")), "by another instance");
        assertEquals(first.loss(), measure(1, 1, definition("dark")).loss(), 1e-6, "by another number of threads");
    }

    @Test
    void anotherSnapshotHasAnotherLoss() throws IOException {
        assertNotEquals(
                measure(1, 2, definition("dark")).loss(),
                measure(2, 2, definition("dark")).loss());
    }

    @Test
    void everyConstraintHasDrawsOfItsOwn() throws IOException {
        ConstraintDefinition renamed = ConstraintDefinition.newBuilder(definition("dark"))
                .setConstraintId("other")
                .build();
        assertNotEquals(
                measure(1, 2, definition("dark")).loss(), measure(1, 2, renamed).loss());
    }

    @Test
    void aNewVersionOfADefinitionKeepsItsDraws() throws IOException {
        ConstraintDefinition next = ConstraintDefinition.newBuilder(definition("dark"))
                .setVersion(2)
                .setThreshold(0.5)
                .build();
        assertEquals(measure(1, 2, definition("dark")), measure(1, 2, next));
    }

    @Test
    void evaluationDataGoBeforeTheTrainingData() throws IOException {
        ConstraintDefinition heldOut = ConstraintDefinition.newBuilder(definition("held-out"))
                .setConstraintId("bright")
                .build();
        assertEquals(measure(1, 2, definition("bright")), measure(1, 2, heldOut));
    }

    @Test
    void aDefinitionWithoutDataIsRefusedByName() {
        ConstraintDefinition none = ConstraintDefinition.newBuilder(definition("dark"))
                .setData(null)
                .build();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> measure(1, 2, none));
        assertEquals("constraint 'dark': denoising-loss needs data, the definition has none", e.getMessage());
    }
}
