package io.saddle.lab.bench.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.PythonPeer;
import io.saddle.lab.bench.Worker;
import io.saddle.lab.bench.pytorch.PyTorchVariant;
import io.saddle.stack.Distribution;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplingWorkerTest {

    @TempDir
    Path folder;

    /** From noise of their own: the images agree as 64 draws of 64 pixels do. A flow has none of these samplers. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FLOW")
    void bothSidesDrawTheSameKindOfImagesWithEverySampler(PredictionType prediction) throws IOException {
        BenchContext context = new BenchContext(
                Distribution.locate(),
                LocalSettings.load(new Home(folder), Map.of(), Map.of()),
                new PythonPeer(Optional.empty()));
        Optional<Path> python = context.python().find("torch");
        assumeTrue(python.isPresent(), "no python3 with torch: the peer of bench sample was not tested");
        UNet2DConfig config = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);
        try (HostVector weights = UNet2D.layout(config).initialValues(1)) {
            new DiffusersPipelineFolder(config, NoiseSchedule.cosine(100), prediction, weights)
                    .write(folder.resolve("model"));
        }
        ObjectNode configuration = Json.object()
                .put("model", folder.resolve("model").toString())
                .put("precision", "FP32")
                .put("batch", 64)
                .put("warmUpSteps", 2)
                .put("warmUpRounds", 1)
                .put("workers", 1);
        PyTorchVariant variant = PyTorchVariant.AS_IT_COMES;
        try (Worker ours = context.java("saddle", "fid-evaluator", SamplingWorker.class, configuration);
                Worker theirs = context.python(
                        "PyTorch", python.get(), "sample.py", variant.environment(folder), variant.in(configuration))) {
            for (SamplerName sampler : SamplerName.values()) {
                ObjectNode request = Json.object()
                        .put("sampler", sampler.key())
                        .put("steps", 7)
                        .put("images", 64);
                ObjectNode one = ours.ask(request);
                ObjectNode other = theirs.ask(request);
                for (String figure : List.of("pixelMean", "pixelDeviation")) {
                    assertEquals(
                            one.path(figure).asDouble(),
                            other.path(figure).asDouble(),
                            0.05,
                            () -> sampler + ", " + figure);
                }
            }
        }
    }
}
