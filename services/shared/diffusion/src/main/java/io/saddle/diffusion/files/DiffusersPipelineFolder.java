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
import java.util.Optional;
import java.util.Set;

/**
 * A model as diffusers' {@code DDPMPipeline.from_pretrained} opens it: {@code model_index.json}, {@code unet/config.json},
 * {@code unet/diffusion_pytorch_model.safetensors} and {@code scheduler/scheduler_config.json}. One that makes latents says so in the
 * index, where diffusers reads over it; its autoencoder may lie beside, in {@code vae}.
 *
 * @param network the U-Net's configuration
 * @param schedule the noise levels
 * @param prediction what the network predicts
 * @param weights flat, in the layout of {@link UNet2D#layout}; closed with the folder
 * @param latents address of the data set whose latents the network makes; null where it makes images
 */
public record DiffusersPipelineFolder(
        UNet2DConfig network, ForwardSchedule schedule, PredictionType prediction, HostVector weights, String latents)
        implements AutoCloseable {
    /** The folder of the autoencoder. */
    public static final String AUTOENCODER = DiffusersFolder.AUTOENCODER;

    /** Path of the weights within the folder. */
    public static final String WEIGHTS = "unet/" + DiffusersFolder.WEIGHTS;

    private static final String UNET = "unet/" + DiffusersFolder.CONFIG;
    private static final String SCHEDULER = DiffusersFolder.SCHEDULER;
    private static final Set<String> DIFFUSERS_AUTOENCODERS = Set.of("AutoencoderKL", "AutoencoderTiny");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A model that makes images. */
    public DiffusersPipelineFolder(
            UNet2DConfig network, ForwardSchedule schedule, PredictionType prediction, HostVector weights) {
        this(network, schedule, prediction, weights, null);
    }

    /**
     * Reads and checks a folder; the caller closes it.
     *
     * @throws IOException naming the file and everything in it that is wrong or not supported
     */
    public static DiffusersPipelineFolder read(Path folder) throws IOException {
        DiffusersFolder opened = DiffusersFolder.open(folder);
        SchedulerConfig scheduler = scheduler(folder, opened);
        return new DiffusersPipelineFolder(
                opened.network(),
                scheduler.schedule(),
                scheduler.prediction(),
                opened.weights(),
                opened.latents().orElse(null));
    }

    private static SchedulerConfig scheduler(Path folder, DiffusersFolder opened) throws IOException {
        return opened.scheduler()
                .orElseThrow(() -> new IOException(folder.resolve(SCHEDULER) + ": there is no such file"));
    }

    /**
     * Looks whether the files beside the weights are there and as they were written for this network; no weight is read.
     *
     * @param latents as of a folder
     * @throws IOException naming the file and what is wrong
     */
    public static void requireSettings(Path folder, UNet2DConfig network, String latents) throws IOException {
        DiffusersFolder opened = DiffusersFolder.open(folder);
        scheduler(folder, opened);
        if (!opened.network().equals(network)) {
            throw new IOException(folder.resolve(UNET) + ": is of another network");
        }
        if (!opened.latents().equals(Optional.ofNullable(latents))) {
            throw new IOException(folder.resolve(DiffusersFolder.INDEX) + ": says that the network makes "
                    + opened.latents().map(of -> "latents of " + of).orElse("images"));
        }
    }

    /** Writes the four files and forces each to the disk. The folder is created; making it appear at once is up to the caller. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve(UNET).getParent());
        Files.createDirectories(folder.resolve(SCHEDULER).getParent());
        FlatTensors.write(folder.resolve(WEIGHTS), UNet2D.layout(network), weights);
        write(folder.resolve(UNET), UNet2DConfigJson.write(network));
        SchedulerConfig scheduler = new SchedulerConfig(schedule, prediction, latents == null);
        write(folder.resolve(SCHEDULER), scheduler.toJson());
        write(folder.resolve(DiffusersFolder.INDEX), index(scheduler, null));
    }

    /**
     * Writes the folder and an autoencoder beside it, as diffusers' {@code AutoencoderKL.from_pretrained(folder, subfolder="vae")}
     * opens one of its own.
     *
     * @param files of the autoencoder
     * @param kind diffusers' class of it; of any other the index says nothing
     */
    public void write(Path folder, List<Path> files, String kind) throws IOException {
        write(folder);
        Path copies = Files.createDirectories(folder.resolve(AUTOENCODER));
        for (Path file : files) {
            Files.copy(file, copies.resolve(file.getFileName()));
        }
        write(
                folder.resolve(DiffusersFolder.INDEX),
                index(new SchedulerConfig(schedule, prediction, latents == null), kind));
    }

    @Override
    public void close() {
        weights.close();
    }

    /** No pipeline of diffusers' makes images of latents that no text describes; DDPMPipeline would show the latents. */
    private ObjectNode index(SchedulerConfig scheduler, String autoencoder) {
        ObjectNode index = JSON.createObjectNode();
        index.put("_class_name", latents == null ? "DDPMPipeline" : "DiffusionPipeline");
        index.put("_diffusers_version", "0.31.0");
        index.putArray("scheduler").add("diffusers").add(scheduler.className());
        index.putArray("unet").add("diffusers").add("UNet2DModel");
        if (latents != null) {
            index.put(DiffusersFolder.LATENTS, latents);
        }
        if (DIFFUSERS_AUTOENCODERS.contains(String.valueOf(autoencoder))) {
            index.putArray(AUTOENCODER).add("diffusers").add(autoencoder);
        }
        return index;
    }

    private static void write(Path file, JsonNode json) throws IOException {
        byte[] text = (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
        DurableFile.write(file, List.of(ByteBuffer.wrap(text)));
    }
}
