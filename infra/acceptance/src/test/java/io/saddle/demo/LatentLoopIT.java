package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.Saddle;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.diffusion.testing.RecordedAutoencoder;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.schema.FidScore;
import io.saddle.schema.LossEstimate;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.SharedStack;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Pictures imported, encoded by an AutoencoderKL of diffusers', trained on as latents under a constraint on them and one on decoded
 * samples, judged as pictures, drawn from and exported: by the command line, over the processes of a whole stack.
 */
public class LatentLoopIT {

    private static final TestCluster CLUSTER = SharedStack.cluster();
    private static final String BROKER = "--bootstrap=" + CLUSTER.bootstrapServers();
    private static final String REGISTRY = "--registry=" + CLUSTER.registryUrl();
    private static final int SIDE = 16;
    private static final String RUN = """
            name: latents
            seed: 3
            data: {dataset: tiles-latent}
            model:
              preset: latent-8
              unet: {block_out_channels: [8, 16], layers_per_block: 1, norm_num_groups: 4, attention_head_dim: 8}
            training: {steps: 20, batchSize: 8, warmupSteps: 2}
            dual: {mode: LOCKSTEP, primalSteps: 5, learningRate: 0.5}
            constraints:
              - {id: loss, threshold: 0.1, evaluationSamples: 16, data: {where: {class: red}}}
              - {id: share, kind: class-frequency, atLeast: 0.9, evaluationSamples: 16, data: {where: {class: red}}}
            evaluation: {every: 10, images: 32, finalImages: 32, samplerSteps: 3, gridImages: 4}
            """;

    @TempDir
    Path temporary;

    private Path pictures() throws IOException {
        Path folder = temporary.resolve("tiles");
        for (int i = 0; i < 80; i++) {
            boolean red = i % 4 == 0;
            BufferedImage tile = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            for (int at = 0; at < SIDE * SIDE; at++) {
                int light = (at * 31 + i * 57) % 120;
                tile.setRGB(at % SIDE, at / SIDE, red ? (135 + light) << 16 | light << 8 : light << 16 | 135 + light);
            }
            Path file = Files.createDirectories(folder.resolve(red ? "red" : "blue"))
                    .resolve(i + ".png");
            ImageIO.write(tile, "png", file.toFile());
        }
        return folder;
    }

    private static String saddle(Object... arguments) {
        return saddle(0, arguments);
    }

    private static String saddle(int exitCode, Object[] arguments) {
        List<String> all = new ArrayList<>();
        for (Object argument : arguments) {
            all.add(argument.toString());
        }
        all.addAll(List.of("--home", CLUSTER.home().folder().toString()));
        StringWriter said = new StringWriter();
        CommandLine command = Saddle.commandLine();
        command.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
        assertEquals(exitCode, command.execute(all.toArray(String[]::new)), all + ": " + said);
        return said.toString();
    }

    @Test
    void aRunOnLatentsIsJudgedDrawnFromAndExportedAsOneOfPictures() throws Exception {
        saddle("data", "import", pictures(), "--name", "tiles", BROKER, REGISTRY);
        saddle(
                "data",
                "encode",
                "tiles",
                "--autoencoder",
                RecordedAutoencoder.folder(temporary, "vae-a"),
                "--name",
                "tiles-latent",
                BROKER,
                REGISTRY);
        FollowedRun run = new FollowedRun();
        try (RunFeed feed = new RunFeed(CLUSTER.settings().kafka(), Map.of("latents", run))) {
            new ConsoleClient(CLUSTER.consoleUrl()).submit(RUN);
            TinyRun.awaitFinished(run);
        }
        String proof = saddle("verify", "latents", BROKER, REGISTRY);
        assertTrue(proof.contains("steps 1 to 20 come to the same, bit for bit"), proof);
        FidScore score = run.finalScore().orElseThrow();
        assertTrue(score.getReferenceId().startsWith("dataset:tiles@1"), score.getReferenceId());
        assertEquals(2, score.getClassFrequencies().size());
        Map<String, List<LossEstimate>> estimates =
                run.estimates().stream().collect(Collectors.groupingBy(LossEstimate::getConstraintId));
        assertEquals(3, estimates.get("loss").size(), "after steps 5, 10 and 15");
        assertTrue(estimates.get("share").stream().allMatch(e -> e.getLoss() >= 0 && e.getLoss() <= 1));

        Path png = temporary.resolve("grid.png");
        saddle("sample", "latents", "--count", 4, "--steps", 3, "--out", png);
        BufferedImage grid = ImageIO.read(png.toFile());
        assertTrue(
                grid.getWidth() >= 2 * 2 * SIDE && grid.getWidth() < 3 * 2 * SIDE,
                "2 x 2 pictures: " + grid.getWidth());

        for (List<Object> from : List.of(List.of(), List.<Object>of("--console", CLUSTER.consoleUrl()))) {
            Path exported = temporary.resolve("exported" + from.size());
            List<Object> command = new ArrayList<>(List.of("export", "latents", "--out", exported));
            command.addAll(from);
            saddle(command.toArray());
            assertEquals(
                    -1,
                    Files.mismatch(
                            temporary.resolve("vae-a/diffusion_pytorch_model.safetensors"),
                            exported.resolve("vae/diffusion_pytorch_model.safetensors")));
            assertTrue(Files.readString(exported.resolve("model_index.json")).contains("AutoencoderKL"));
        }
        decodesByACopyOnceItsLatentsAreRemoved(png);
    }

    /** Nothing was said, and the copy was not looked at. */
    private void decodesByACopyOnceItsLatentsAreRemoved(Path png) throws Exception {
        String removed = saddle("data", "remove", "tiles-latent", "--yes", BROKER, REGISTRY);
        assertTrue(
                removed.contains("runs that have ended and were trained on it: latents; without it 'verify' cannot")
                        && removed.contains("only a copy of its autoencoder decodes"),
                removed);
        String refused = saddle(1, new Object[] {"sample", "latents", "--out", png});
        assertTrue(refused.contains("name a copy of that autoencoder with --autoencoder"), refused);
        HttpResponse<String> zip = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(CLUSTER.consoleUrl() + "/api/runs/latents/models/newest.zip"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(404, zip.statusCode(), zip.body());
        assertTrue(zip.body().contains("tiles-latent"), zip.body());

        Path copy = temporary.resolve("vae-a");
        saddle("sample", "latents", "--count", 1, "--steps", 3, "--out", png, "--autoencoder", copy);
        for (List<Object> from : List.of(List.of(), List.<Object>of("--console", CLUSTER.consoleUrl()))) {
            Path exported = temporary.resolve("exported-by-a-copy" + from.size());
            List<Object> command =
                    new ArrayList<>(List.of("export", "latents", "--out", exported, "--autoencoder", copy));
            command.addAll(from);
            saddle(command.toArray());
            assertEquals(
                    -1,
                    Files.mismatch(
                            copy.resolve("diffusion_pytorch_model.safetensors"),
                            exported.resolve("vae/diffusion_pytorch_model.safetensors")));
        }
    }
}
