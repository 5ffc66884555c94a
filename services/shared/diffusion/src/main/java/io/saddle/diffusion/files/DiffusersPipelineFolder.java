package io.saddle.diffusion.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.schedule.ForwardSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.schedule.SchedulerConfig;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A model as diffusers' {@code DDPMPipeline.from_pretrained} opens it: {@code model_index.json}, {@code unet/config.json},
 * {@code unet/diffusion_pytorch_model.safetensors} and {@code scheduler/scheduler_config.json}.
 *
 * @param network the U-Net's configuration
 * @param schedule the noise levels
 * @param prediction what the network predicts
 * @param weights flat, in the layout of {@link UNet2D#layout}; closed with the folder
 */
public record DiffusersPipelineFolder(
        UNet2DConfig network, ForwardSchedule schedule, PredictionType prediction, HostVector weights)
        implements AutoCloseable {
    /** Path of the weights within the folder. */
    public static final String WEIGHTS = "unet/" + DiffusersFolder.WEIGHTS;

    private static final String UNET = "unet/" + DiffusersFolder.CONFIG;
    private static final String SCHEDULER = DiffusersFolder.SCHEDULER;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads and checks a folder; the caller closes it.
     *
     * @throws IOException naming the file and everything in it that is wrong or not supported
     */
    public static DiffusersPipelineFolder read(Path folder) throws IOException {
        DiffusersFolder opened = DiffusersFolder.open(folder);
        SchedulerConfig scheduler = opened.scheduler()
                .orElseThrow(() -> new IOException(folder.resolve(SCHEDULER) + ": there is no such file"));
        return new DiffusersPipelineFolder(
                opened.network(), scheduler.schedule(), scheduler.prediction(), opened.weights());
    }

    /** Writes the four files and forces each to the disk. The folder is created; making it appear at once is up to the caller. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve(UNET).getParent());
        Files.createDirectories(folder.resolve(SCHEDULER).getParent());
        FlatTensors.write(folder.resolve(WEIGHTS), UNet2D.layout(network), weights);
        write(folder.resolve(UNET), UNet2DConfigJson.write(network));
        SchedulerConfig scheduler = new SchedulerConfig(schedule, prediction);
        write(folder.resolve(SCHEDULER), scheduler.toJson());
        write(folder.resolve(DiffusersFolder.INDEX), index(scheduler));
    }

    @Override
    public void close() {
        weights.close();
    }

    private static ObjectNode index(SchedulerConfig scheduler) {
        ObjectNode index = JSON.createObjectNode();
        index.put("_class_name", "DDPMPipeline");
        index.put("_diffusers_version", "0.31.0");
        index.putArray("scheduler").add("diffusers").add(scheduler.className());
        index.putArray("unet").add("diffusers").add("UNet2DModel");
        return index;
    }

    private static void write(Path file, JsonNode json) throws IOException {
        byte[] text = (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
        DurableFile.write(file, List.of(ByteBuffer.wrap(text)));
    }
}
