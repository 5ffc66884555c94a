package io.saddle.lab.bench.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.training.LearningRate;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Worker;
import io.saddle.lab.bench.pytorch.PyTorchVariant;
import io.saddle.lab.bench.training.TrainingSubject;
import io.saddle.lab.judging.QualityJudge;
import io.saddle.model.SelectedData;
import io.saddle.run.spec.DataSelections;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The peer's side: {@code infra/lab/peers/train_unconditional.py}. Its clock runs while it trains and draws images, not while saddle
 * judges them.
 */
record ScriptSide(BenchContext context, Path python, PyTorchVariant variant) {

    private static final double NANOS_PER_SECOND = 1e9;

    QualityCurve train(RunTask task, QualityJudge judge) throws IOException {
        TrainingSubject subject =
                TrainingSubject.ofRun(task.spec(), null, Runtime.getRuntime().availableProcessors());
        Path folder = context.folder("run");
        LearningRate rate = subject.settings().learningRate();
        Path model = folder.resolve("model");
        subject.write(model);
        Path data = folder.resolve("objective.f32");
        write(new SelectedData().open(DataSelections.toAvro(task.spec().data())), data);
        ObjectNode configuration = subject.configuration(model, task.precision(), 0)
                .put("data", data.toString())
                .put("warmUpSteps", rate.warmupSteps())
                .put("totalSteps", task.steps())
                .put("cosine", rate.decay() == LearningRate.Decay.COSINE)
                .put("sampler", task.spec().evaluation().sampler())
                .put("samplerSteps", task.spec().evaluation().samplerSteps());
        return measure(task, judge, subject.settings().network(), configuration);
    }

    private QualityCurve measure(RunTask task, QualityJudge judge, UNet2DConfig network, ObjectNode configuration)
            throws IOException {
        List<QualityCurve.Point> points = new ArrayList<>();
        Path drawn = context.folder("run").resolve("drawn.f32");
        long start = System.nanoTime();
        EnergyMeter energy = EnergyMeter.start();
        double judgingSeconds = 0;
        double judgingJoules = 0;
        try (Worker worker = context.python(
                        "bench run torch",
                        python,
                        "train_unconditional.py",
                        variant.environment(context.folder("compiled")),
                        variant.in(configuration));
                Progress progress = Progress.start("PyTorch", task.steps())) {
            for (int step = 0; step < task.steps(); ) {
                int steps = Math.min(task.every(), task.steps() - step);
                worker.ask(Json.object()
                        .put("steps", steps)
                        .put("images", task.images())
                        .put("file", drawn.toString()));
                step += steps;
                long done = System.nanoTime();
                OptionalDouble joules = energy.joules();
                double distance =
                        judge.distance(drawn, task.images(), network.inChannels(), network.height(), network.width());
                points.add(new QualityCurve.Point(
                        step,
                        distance,
                        (done - start) / NANOS_PER_SECOND - judgingSeconds,
                        minus(joules, judgingJoules)));
                judgingSeconds += (System.nanoTime() - done) / NANOS_PER_SECOND;
                judgingJoules += minus(energy.joules(), joules.orElse(0)).orElse(0);
                progress.at(step, String.format(Locale.ROOT, "distance %.1f", distance));
            }
        }
        return new QualityCurve(points);
    }

    private static OptionalDouble minus(OptionalDouble joules, double less) {
        return joules.isPresent() ? OptionalDouble.of(joules.getAsDouble() - less) : joules;
    }

    /** The images as the training sees them, one after the other. */
    private static void write(ImageDataSet images, Path file) throws IOException {
        float[] values = new float[images.count() * images.imageSize()];
        for (int i = 0; i < images.count(); i++) {
            images.scaled(i, values, i * images.imageSize());
        }
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        Files.write(file, bytes.array());
    }
}
