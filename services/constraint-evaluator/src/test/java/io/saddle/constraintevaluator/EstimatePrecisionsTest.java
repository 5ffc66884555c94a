package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.network.Precision;
import io.saddle.model.StoredPrecision;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EstimatePrecisionsTest {

    private static final double STANDARD_ERROR = 0.125;

    @TempDir
    Path folder;

    private FileArtifactStore store;
    private final List<Precision> measured = new ArrayList<>();

    @BeforeEach
    void openStore() throws IOException {
        store = new FileArtifactStore(folder);
    }

    private EstimatePrecisions onAMachineFasterIn(Precision fastest) {
        return new EstimatePrecisions(store, () -> fastest);
    }

    private static RunSpec trainedIn(String precision) {
        return new RunSpecParser()
                .parse(
                        "run.yaml",
                        "{name: r, data: {images: i, labels: l}, training: {precision: %s}}".formatted(precision));
    }

    private static ConstraintDefinition definition(int version, Map<String, String> parameters) {
        return ConstraintDefinition.newBuilder()
                .setRunId("run-1")
                .setConstraintId("a")
                .setVersion(version)
                .setState(ConstraintState.ACTIVE)
                .setEvaluator("denoising-loss")
                .setThreshold(0)
                .setParameters(parameters)
                .setUpdatedAt(Instant.EPOCH)
                .build();
    }

    /** An estimate that bfloat16 moves by {@code error}. */
    private LossEstimateResult estimate(Precision precision, double error) {
        measured.add(precision);
        return new LossEstimateResult(1 + (precision == Precision.BF16 ? error : 0), STANDARD_ERROR, 256);
    }

    private StoredPrecision choice(EstimatePrecisions precisions, RunSpec spec, int version, double error)
            throws IOException {
        return precisions.of(spec, definition(version, Map.of()), precision -> estimate(precision, error));
    }

    private static StoredPrecision chosen(Precision precision, double error) {
        return new StoredPrecision(precision, OptionalDouble.of(error));
    }

    @Test
    void bfloat16IsTakenWhereItMovesTheEstimateByLessThanATenthOfTheStandardError() throws IOException {
        EstimatePrecisions precisions = onAMachineFasterIn(Precision.BF16);
        double bearable = 0.0078125;
        double tooMuch = 0.015625;
        assertEquals(chosen(Precision.BF16, bearable), choice(precisions, trainedIn("auto"), 1, bearable));
        assertEquals(chosen(Precision.BF16, bearable), choice(precisions, trainedIn("auto"), 2, -bearable));
        assertEquals(chosen(Precision.FP32, tooMuch), choice(precisions, trainedIn("auto"), 3, tooMuch));
        assertEquals(chosen(Precision.FP32, tooMuch), choice(precisions, trainedIn("bf16"), 4, -tooMuch));
    }

    @Test
    void whoeverGoesOnWithTheRunGoesOnInTheFormatThatWasChosenFirst() throws IOException {
        choice(onAMachineFasterIn(Precision.BF16), trainedIn("auto"), 1, 0.0078125);
        choice(onAMachineFasterIn(Precision.FP32), trainedIn("auto"), 2, 0);
        measured.clear();

        EstimatePrecisions restarted = onAMachineFasterIn(Precision.FP32);
        assertEquals(chosen(Precision.BF16, 0.0078125), choice(restarted, trainedIn("auto"), 1, 1));
        EstimatePrecisions elsewhere = onAMachineFasterIn(Precision.BF16);
        assertEquals(StoredPrecision.FP32, choice(elsewhere, trainedIn("auto"), 2, 0));
        assertEquals(List.of(), measured);
    }

    @Test
    void nothingIsMeasuredOrKeptWhereFloat32IsAskedFor() throws IOException {
        EstimatePrecisions precisions = onAMachineFasterIn(Precision.BF16);
        assertEquals(StoredPrecision.FP32, choice(precisions, trainedIn("fp32"), 1, 0));
        assertEquals(
                StoredPrecision.FP32,
                precisions.of(
                        trainedIn("bf16"),
                        definition(1, Map.of("precision", "fp32")),
                        precision -> estimate(precision, 0)));
        assertEquals(List.of(), measured);
        assertEquals(List.of(), store.list("run-1", ""));
    }

    @Test
    void aMachineThatIsNoFasterInBfloat16IsNotAskedFurther() throws IOException {
        assertEquals(StoredPrecision.FP32, choice(onAMachineFasterIn(Precision.FP32), trainedIn("auto"), 1, 0));
        assertEquals(List.of(), measured);
    }

    @Test
    void aMeasurementThatFailsLeavesNoChoice() throws IOException {
        EstimatePrecisions precisions = onAMachineFasterIn(Precision.BF16);
        assertThrows(
                IllegalStateException.class,
                () -> precisions.of(trainedIn("auto"), definition(1, Map.of()), precision -> {
                    throw new IllegalStateException("the data is away");
                }));
        assertFalse(store.find("run-1", "estimates/a-v1.json", "").isPresent());
        assertEquals(Precision.BF16, choice(precisions, trainedIn("auto"), 1, 0).precision());
    }
}
