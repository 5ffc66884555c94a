package io.saddle.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowInputsTest {
    private static final int STEP = 4;
    private static final Multipliers LAMBDA = new Multipliers(0.7);
    private static final UNet2DConfig CONDITIONAL = TinyRun.NETWORK.withClassEmbeds(4);

    /** All rows of a step, drawn {@code together} at a time. */
    private record Rows(StepPlan plan, float[][] noisy, float[][] target, int[] labels) {
        static Rows of(TrainingSettings settings, List<Source> sources, int together) {
            ForwardProcess process = new ForwardProcess(settings.schedule(), settings.prediction());
            RowInputs inputs = new RowInputs(settings, process);
            int[] counts = sources.stream().mapToInt(Source::count).toArray();
            Multipliers lambda = sources.size() == 1 ? new Multipliers() : LAMBDA;
            StepPlan plan = StepPlan.of(settings, counts, lambda, STEP);
            RowInputs.Step step =
                    new RowInputs.Step(STEP, plan, plan.sourceOfRow(), sources, new RandomStreams(settings.seed()));
            int rows = plan.images().length;
            float[][] noisy = new float[rows][];
            float[][] target = new float[rows][];
            int[] labels = inputs.labels() == null ? null : new int[rows];
            int size = inputs.imageSize();
            for (int from = 0; from < rows; from += together) {
                int to = Math.min(rows, from + together);
                inputs.draw(step, from, to);
                for (int row = from; row < to; row++) {
                    int offset = (row - from) * size;
                    noisy[row] = Arrays.copyOfRange(inputs.noisy(), offset, offset + size);
                    target[row] = Arrays.copyOfRange(inputs.target(), offset, offset + size);
                    if (labels != null) {
                        labels[row] = inputs.labels()[row - from];
                    }
                }
            }
            return new Rows(plan, noisy, target, labels);
        }

        /** x_0 = a x_t - s v. */
        float[] image(TrainingSettings settings, int row) {
            double alphaBar = NoiseSchedule.of(settings.schedule(), "the test").alphasCumprod()[plan.timesteps()[row]];
            float[] image = new float[noisy[row].length];
            for (int i = 0; i < image.length; i++) {
                image[i] = (float) (Math.sqrt(alphaBar) * noisy[row][i] - Math.sqrt(1 - alphaBar) * target[row][i]);
            }
            return image;
        }

        long count(int label) {
            return Arrays.stream(labels).filter(l -> l == label).count();
        }
    }

    private static TrainingSettings settings(UNet2DConfig network, int batch) {
        return settings(network, batch, 0);
    }

    private static TrainingSettings settings(UNet2DConfig network, int batch, double labelDropout) {
        return TinyRun.settings(network, labelDropout, BatchingMode.MIXTURE, batch, Precision.FP32, 1, 0, 5);
    }

    private static ImageDataSet labelled(int count, int classes) {
        byte[] pixels = new byte[count * 64];
        new Random(3).nextBytes(pixels);
        int[] labels = new int[count];
        Arrays.setAll(labels, i -> i % classes);
        return new ImageDataSet(pixels, labels, 1, 8, 8);
    }

    /** Recorded before networks knew classes: a run that began then must go on with the rows that it would have had. */
    @Test
    void shouldDrawTheRowsOfOldRuns() {
        Rows rows = Rows.of(settings(TinyRun.NETWORK, 10), TinyRun.sources(), 4);
        assertArrayEquals(new int[] {5, 5}, rows.plan().rows());
        assertArrayEquals(
                new int[] {29, 18, 29, 6, 13, 2, 6, 0, 0, 4}, rows.plan().images());
        assertArrayEquals(
                new int[] {15, 38, 44, 73, 85, 11, 33, 58, 65, 89}, rows.plan().timesteps());
        float[][] recorded = {
            {-0.44235402f, -1.013374f, 0.48591098f, -1.2532676f},
            {-0.6390596f, -1.2399657f, 0.32648343f, -0.5825223f},
            {0.13793829f, -0.18472084f, 1.0040376f, 0.78715384f},
            {-0.74376094f, 0.32845515f, 0.41918337f, 0.9900392f},
            {0.6666789f, -1.3922113f, 0.71417964f, 0.47460464f},
            {0.6393932f, 0.46133494f, -0.0629597f, -0.7868793f},
            {0.5827355f, 0.09615028f, -0.5906166f, -1.3527839f},
            {1.3821311f, -0.38489377f, 0.025341094f, -1.3460922f},
            {0.29207027f, 0.9524512f, -0.76060367f, -0.42832148f},
            {0.65612656f, 0.6217933f, -0.686876f, -0.5890588f}
        };
        for (int row = 0; row < 10; row++) {
            float[] x = rows.noisy()[row];
            float[] v = rows.target()[row];
            assertArrayEquals(recorded[row], new float[] {x[0], x[63], v[0], v[63]}, 1e-6f, "row " + row);
        }
        assertNull(rows.labels());
    }

    @Test
    void shouldDrawTheSameRowsForClassesInMicroBatchesOfAnySize() {
        TrainingSettings settings = settings(CONDITIONAL, 30, 0.3);
        List<Source> flipped = TinyRun.sources().stream()
                .map(source -> source.withHorizontalFlip(0.5))
                .toList();
        Rows one = Rows.of(settings, flipped, 1);
        Rows four = Rows.of(settings, flipped, 4);
        assertArrayEquals(one.labels(), four.labels());
        assertArrayEquals(one.noisy(), four.noisy());
        assertArrayEquals(one.target(), four.target());
        Rows plain = Rows.of(settings(TinyRun.NETWORK, 30), TinyRun.sources(), 4);
        assertArrayEquals(plain.noisy(), Rows.of(settings, TinyRun.sources(), 4).noisy());
    }

    @Test
    void shouldGiveARowItsImagesClassOrInTheShareThatIsDroppedNone() {
        ImageDataSet data = labelled(30, 3);
        List<Source> sources = List.of(new Source("objective", data));
        Rows kept = Rows.of(settings(CONDITIONAL, 4000), sources, 4);
        Rows dropped = Rows.of(settings(CONDITIONAL, 4000, 0.3), sources, 4);
        assertEquals(0.3, dropped.count(3) / 4000.0, 0.02);
        for (int row = 0; row < 4000; row++) {
            int own = data.label(kept.plan().images()[row]);
            assertEquals(own, kept.labels()[row]);
            assertEquals(dropped.labels()[row] == 3 ? 3 : own, dropped.labels()[row]);
        }
        assertEquals(kept.count(0) * 0.7, dropped.count(0), 60, "every class is dropped alike");
    }

    @Test
    void shouldGivePureNoiseAnyLabelTheLastOneToo() {
        try (UNet2D network = UNet2D.compile(CONDITIONAL);
                NoisePredictor teacher =
                        new NoisePredictor(network, network.layout().initialValues(1), Precision.FP32)) {
            List<Source> sources =
                    List.of(new Source("objective", labelled(1, 1)), Source.distillation("stay", teacher));
            Rows rows = Rows.of(settings(CONDITIONAL, 3000, 0.5), sources, 4);
            int[] pure = Arrays.copyOfRange(rows.labels(), rows.plan().start(1), rows.labels().length);
            for (int label = 0; label < 4; label++) {
                int wanted = label;
                double share =
                        (double) Arrays.stream(pure).filter(l -> l == wanted).count() / pure.length;
                assertEquals(1 / 4.0, share, 0.04);
            }
        }
    }

    @Test
    void shouldMirrorEveryLineOfEveryChannel() {
        ObjectNode json = UNet2DConfigJson.write(UNet2DConfig.of(8, 2, List.of(8, 8), 1, 4));
        json.putArray("sample_size").add(4).add(8);
        byte[] pixels = new byte[5 * 2 * 4 * 8];
        new Random(1).nextBytes(pixels);
        Source source = new Source("objective", new ImageDataSet(pixels, new int[5], 2, 4, 8));
        TrainingSettings settings = settings(UNet2DConfigJson.read(json), 200);
        Rows as = Rows.of(settings, List.of(source), 4);
        Rows all = Rows.of(settings, List.of(source.withHorizontalFlip(1)), 4);
        Rows some = Rows.of(settings, List.of(source.withHorizontalFlip(0.25)), 4);
        int mirrored = 0;
        for (int row = 0; row < 200; row++) {
            float[] image = as.image(settings, row);
            float[] expected = new float[64];
            for (int i = 0; i < 64; i++) {
                expected[i] = image[i / 8 * 8 + 7 - i % 8];
            }
            assertArrayEquals(expected, all.image(settings, row), 1e-5f);
            boolean differs = !Arrays.equals(as.noisy()[row], some.noisy()[row]);
            assertArrayEquals(differs ? all.noisy()[row] : as.noisy()[row], some.noisy()[row]);
            mirrored += differs ? 1 : 0;
        }
        assertEquals(50, mirrored, 15);
    }

    @Test
    void shouldRefuseProbabilitiesAndClassesThatAreNone() {
        Source source = TinyRun.sources().get(0);
        assertThrows(IllegalArgumentException.class, () -> source.withHorizontalFlip(1.5));
        assertThrows(IllegalArgumentException.class, () -> source.withHorizontalFlip(Double.NaN));
        List<String> refusals = new ArrayList<>();
        for (TrainingSettingsOf wrong : List.<TrainingSettingsOf>of(
                () -> settings(CONDITIONAL, 4, 1),
                () -> settings(TinyRun.NETWORK, 4, 0.1),
                () -> settings(TinyRun.NETWORK.withClassEmbeds(1), 4),
                () -> settings(
                        UNet2DConfigJson.read(
                                UNet2DConfigJson.write(TinyRun.NETWORK).put("class_embed_type", "timestep")),
                        4))) {
            refusals.add(
                    assertThrows(IllegalArgumentException.class, wrong::make).getMessage());
        }
        assertEquals(
                List.of(
                        "labelDropout must be within 0 <= probability < 1, was 1.0",
                        "labelDropout must be 0 for a network without classes, was 0.1",
                        "num_class_embeds must be >= 2, was 1",
                        "a network with class_embed_type timestep cannot be trained here, only one with a table of classes"
                                + " (num_class_embeds)"),
                refusals);
    }

    private interface TrainingSettingsOf {
        TrainingSettings make();
    }

    @Test
    void shouldRefuseDataOfClassesThatTheNetworkLacks() {
        List<Source> sources = List.of(new Source("objective", labelled(8, 4)));
        ModelState initial = ModelState.initial(CONDITIONAL, 1);
        TrainingSettings keeps = settings(CONDITIONAL, 4);
        new PrimalTraining(keeps, sources, initial).close();
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> new PrimalTraining(settings(CONDITIONAL, 4, 0.1), sources, initial));
        assertEquals(
                "source objective: image 3 has the label 3, the network's classes are 0..2 (num_class_embeds 4, the last"
                        + " one is no class)",
                e.getMessage());
    }
}
