package io.saddle.diffusion.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The class is a summand of the time embedding, like the last bias of its layers: a network without classes can take its place. */
class ClassEmbeddingTest {
    private static final UNet2DConfig PLAIN = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
    private static final UNet2DConfig CONDITIONAL = PLAIN.withClassEmbeds(5);
    private static final int[] T = {3, 700};
    private static final float[] X = new float[2 * 64];

    private static UNet2D plain;
    private static UNet2D conditional;
    private static float[] weights;

    @BeforeAll
    static void compile() {
        plain = UNet2D.compile(PLAIN);
        conditional = UNet2D.compile(CONDITIONAL);
        weights = conditional.layout().initialValues(1).toFloats();
        new RandomStreams(2).gaussian(X, 0, X.length, "x");
    }

    @AfterAll
    static void close() {
        plain.close();
        conditional.close();
    }

    private static ParameterSpec parameter(FlatLayout layout, String name) {
        return layout.parameters().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Weights of the network without classes, with the class in the time embedding's bias. */
    private static float[] shifted(FlatLayout from, float[] values, float[] shift) {
        float[] result = new float[plain.layout().size()];
        for (ParameterSpec parameter : plain.layout().parameters()) {
            int offset = parameter(from, parameter.name()).offset();
            System.arraycopy(values, offset, result, parameter.offset(), parameter.size());
        }
        int bias = parameter(plain.layout(), "time_embedding.linear_2.bias").offset();
        for (int i = 0; i < shift.length; i++) {
            result[bias + i] += shift[i];
        }
        return result;
    }

    private static float[] row(int label) {
        int from = parameter(conditional.layout(), "class_embedding.weight").offset() + label * CONDITIONAL.timeWidth();
        return Arrays.copyOfRange(weights, from, from + CONDITIONAL.timeWidth());
    }

    private static float[] predict(UNet2D network, float[] flat, Precision precision, int... labels) {
        try (NoisePredictor predictor = new NoisePredictor(network, HostVector.of(flat), precision)) {
            return predictor.predict(X, new float[] {T[0], T[1]}, labels.length == 0 ? null : labels);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void shouldAddTheRowOfItsClassForEveryImage(Precision precision) {
        float[] both = predict(conditional, weights, precision, 4, 0);
        float tolerance = precision == Precision.FP32 ? 1e-5f : 2e-2f;
        for (int image = 0; image < 2; image++) {
            float[] alone = predict(plain, shifted(conditional.layout(), weights, row(image == 0 ? 4 : 0)), precision);
            assertArrayEquals(
                    Arrays.copyOfRange(alone, image * 64, image * 64 + 64),
                    Arrays.copyOfRange(both, image * 64, image * 64 + 64),
                    tolerance);
        }
        assertFalse(Arrays.equals(both, predict(conditional, weights, precision, 0, 4)));
    }

    @Test
    void shouldEmbedANumberAsATimestepAndTakeAVectorAsItIs() {
        ObjectNode json = UNet2DConfigJson.write(PLAIN);
        UNet2DConfig byNumber = UNet2DConfigJson.read(json.put("class_embed_type", "timestep"));
        UNet2DConfig byVector = UNet2DConfigJson.read(json.put("class_embed_type", "identity"));
        try (UNet2D number = UNet2D.compile(byNumber);
                UNet2D vector = UNet2D.compile(byVector);
                NDManager manager = TorchRuntime.get().newManager()) {
            float[] ofNumber = number.layout().initialValues(1).toFloats();
            // Where the class has the layers of the timestep, class t doubles the embedding.
            for (String name : List.of("linear_1.weight", "linear_1.bias", "linear_2.weight", "linear_2.bias")) {
                ParameterSpec time = parameter(number.layout(), "time_embedding." + name);
                int target =
                        parameter(number.layout(), "class_embedding." + name).offset();
                System.arraycopy(ofNumber, time.offset(), ofNumber, target, time.size());
            }
            float[] doubled = shifted(number.layout(), ofNumber, new float[0]);
            for (String name : List.of("time_embedding.linear_2.weight", "time_embedding.linear_2.bias")) {
                ParameterSpec layer = parameter(plain.layout(), name);
                for (int i = layer.offset(); i < layer.end(); i++) {
                    doubled[i] *= 2;
                }
            }
            assertArrayEquals(
                    predict(plain, doubled, Precision.FP32), predict(number, ofNumber, Precision.FP32, T), 1e-5f);

            float[] embedding = row(2);
            float[] twice = Arrays.copyOf(embedding, 2 * embedding.length);
            System.arraycopy(embedding, 0, twice, embedding.length, embedding.length);
            float[] ofVector = vector.layout().initialValues(1).toFloats();
            assertEquals(plain.layout().size(), ofVector.length);
            NDArray output = vector.predict(
                    manager.create(X, new Shape(2, 1, 8, 8)),
                    manager.create(new long[] {T[0], T[1]}),
                    manager.create(twice, new Shape(2, embedding.length)),
                    manager.create(ofVector),
                    Precision.FP32);
            float[] expected = predict(plain, shifted(vector.layout(), ofVector, embedding), Precision.FP32);
            assertArrayEquals(expected, output.toFloatArray(), 1e-5f);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void shouldGiveClassesThatDoNotOccurNoGradient(Precision precision) {
        try (NDManager manager = TorchRuntime.get().newManager()) {
            NDArray x = manager.create(X, new Shape(2, 1, 8, 8));
            float[] gradient = conditional
                    .lossAndGradient(
                            x,
                            manager.create(new long[] {T[0], T[1]}),
                            manager.create(new long[] {1, 1}),
                            manager.zeros(x.getShape()),
                            manager.ones(new Shape(2)),
                            manager.create(weights),
                            precision)
                    .get(1)
                    .toFloatArray();
            ParameterSpec table = parameter(conditional.layout(), "class_embedding.weight");
            for (int label = 0; label < 5; label++) {
                double sum = 0;
                for (int i = 0; i < CONDITIONAL.timeWidth(); i++) {
                    sum += Math.abs(gradient[table.offset() + label * CONDITIONAL.timeWidth() + i]);
                }
                if (label == 1) {
                    assertNotEquals(0, sum);
                } else {
                    assertEquals(0, sum, "class " + label);
                }
            }
        }
    }

    @Test
    void shouldStartWithTheWeightsOfTheNetworkWithoutClasses() {
        assertArrayEquals(
                plain.layout().initialValues(1).toFloats(), shifted(conditional.layout(), weights, new float[0]));
    }

    @Test
    void shouldInitialiseTheTableLikeTorch() {
        FlatLayout layout = UNet2D.layout(PLAIN.withClassEmbeds(1000));
        ParameterSpec table = parameter(layout, "class_embedding.weight");
        float[] values = layout.initialValues(1).toFloats();
        double squares = 0;
        for (int i = table.offset(); i < table.end(); i++) {
            squares += values[i] * values[i];
        }
        assertEquals(1, squares / table.size(), 0.03);
    }

    @Test
    void shouldSayWhatIsWrongWithLabels() {
        assertRefused("class labels are missing", conditional);
        assertRefused("row 1: the class label 5 is outside of 0..4 (num_class_embeds 5)", conditional, 4, 5);
        assertRefused("row 0: the class label -1 is outside", conditional, -1, 0);
        assertRefused("has no class embedding", plain, 0, 0);
        assertRefused("must have the shape (2)", conditional, 1);
    }

    private static void assertRefused(String expected, UNet2D network, int... labels) {
        float[] flat = network.layout().initialValues(1).toFloats();
        String message = assertThrows(
                        IllegalArgumentException.class, () -> predict(network, flat, Precision.FP32, labels))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }
}
