package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.Source;
import io.saddle.diffusion.training.StepReport;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Statistics;
import io.saddle.lab.bench.WorkerLoop;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Trains on a data set of an artifact store and times what images take of every step. Asked for {@code steps}, it answers with
 * figures of each: {@code millis} and {@code cpu} of the whole step, {@code images} and {@code imagesCpu} of reading, scaling and
 * mirroring its images, {@code outside} of all that is done outside libtorch (with noise and other random draws), {@code faults}, the waits for
 * the disk. Where several threads train, the times of images are those of all threads
 * by their number. Asked to {@code readAll}, it reads every image once; asked to {@code open}, it opens the set so often.
 */
final class DataWorker implements WorkerLoop.Task {

    static final double HORIZONTAL_FLIP = 0.5;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int MIRROR_ROUNDS = 2000;

    private final WorkerSettings settings;
    private final String address;
    private final double firstOpening;
    private final TimedImages images;
    private final PrimalTraining training;
    private final double mirrorMillis;

    private DataWorker(JsonNode configuration) throws IOException {
        settings = WorkerSettings.read(configuration);
        address = configuration.path("address").asText();
        long start = System.nanoTime();
        ImageDataSet opened = open();
        firstOpening = (System.nanoTime() - start) / NANOS_PER_MILLI;
        images = new TimedImages(opened);
        mirrorMillis = mirrorMillis(opened);
        Source source = new Source("objective", images.dataSet()).withHorizontalFlip(HORIZONTAL_FLIP);
        training = settings.training(Workload.PLAIN, List.of(source));
        for (int i = 0; i < settings.integer("warmUp"); i++) {
            step();
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        WorkerLoop.serve(DataWorker::new);
    }

    private ImageDataSet open() throws IOException {
        Path root = Path.of(settings.json().path("store").asText());
        return new ImageSets(new FileArtifactStore(root), DataRoots.ANYWHERE).open(address, "");
    }

    /** Of one image; the same work as in a step, where it lies too close to the draws for a clock. */
    private static double mirrorMillis(ImageDataSet set) {
        float[] image = new float[set.imageSize()];
        double[] rounds = new double[MIRROR_ROUNDS];
        for (int i = 0; i < rounds.length; i++) {
            long start = System.nanoTime();
            set.mirror(image, 0);
            rounds[i] = (System.nanoTime() - start) / NANOS_PER_MILLI;
        }
        return Statistics.of(rounds).median();
    }

    @Override
    public ObjectNode hello() {
        return Json.object()
                .put("name", "saddle, DJL " + TorchRuntime.get().description())
                .put("threads", settings.integer("threads"))
                .put("firstOpeningMillis", firstOpening)
                .put("mirrorMillis", mirrorMillis);
    }

    @Override
    public ObjectNode answer(JsonNode request) throws IOException {
        ObjectNode answer = Json.object();
        if (request.has("open")) {
            double[] millis = new double[request.path("open").asInt()];
            for (int i = 0; i < millis.length; i++) {
                long start = System.nanoTime();
                open();
                millis[i] = (System.nanoTime() - start) / NANOS_PER_MILLI;
            }
            answer.set("millis", Json.array(millis));
        } else if (request.path("readAll").asBoolean()) {
            images.readAll();
        } else {
            Figures figures = new Figures(request.path("steps").asInt());
            for (int i = 0; i < figures.millis.length; i++) {
                measure(figures, i);
            }
            figures.byName().forEach((name, values) -> answer.set(name, Json.array(values)));
        }
        return answer;
    }

    /** Of each step. */
    private static final class Figures {
        private final double[] millis;
        private final double[] cpu;
        private final double[] images;
        private final double[] imagesCpu;
        private final double[] outside;
        private final double[] faults;

        Figures(int steps) {
            millis = new double[steps];
            cpu = new double[steps];
            images = new double[steps];
            imagesCpu = new double[steps];
            outside = new double[steps];
            faults = new double[steps];
        }

        Map<String, double[]> byName() {
            return Map.of(
                    "millis", millis,
                    "cpu", cpu,
                    "images", images,
                    "imagesCpu", imagesCpu,
                    "outside", outside,
                    "faults", faults);
        }
    }

    private void measure(Figures figures, int i) throws IOException {
        int threads = settings.integer("threads");
        images.reset();
        double mirroring = mirrorMillis * HORIZONTAL_FLIP * settings.integer("batchSize");
        long faults = PageCache.majorFaults();
        long cpu = processNanos();
        long start = System.nanoTime();
        StepReport report = step();
        figures.millis[i] = (System.nanoTime() - start) / NANOS_PER_MILLI;
        figures.cpu[i] = (processNanos() - cpu) / NANOS_PER_MILLI;
        figures.faults[i] = PageCache.majorFaults() - faults;
        figures.outside[i] = figures.millis[i] - report.libtorchMillis();
        figures.images[i] = (images.nanos() / NANOS_PER_MILLI + mirroring) / threads;
        figures.imagesCpu[i] = images.cpuNanos() / NANOS_PER_MILLI + mirroring;
    }

    private static long processNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private StepReport step() {
        StepReport report = training.step(Workload.PLAIN.multipliers());
        if (!report.finite()) {
            throw new IllegalStateException("the loss of step " + report.step() + " is not finite");
        }
        return report;
    }

    @Override
    public void close() {
        training.close();
    }
}
