package io.saddle.cli.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.files.DiffusersZip;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelChoiceTest {

    private static final UNet2DConfig NETWORK = UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4);

    @TempDir
    private Path folder;

    @RegisterExtension
    final FakeConsole console = new FakeConsole();

    @BeforeEach
    void store() throws IOException {
        LocalSettings settings = LocalSettings.load(new Home(folder.resolve("home")), Map.of(), Map.of());
        ArtifactStore store = ArtifactStores.open(settings.artifacts());
        for (int step : List.of(100, 200, 300)) {
            store.putFolder(
                    "r",
                    "snapshots/ema/step-%010d-owner-000000000001".formatted(step),
                    to -> new DiffusersPipelineFolder(
                                    NETWORK,
                                    NoiseSchedule.cosine(200),
                                    PredictionType.V_PREDICTION,
                                    HostVector.of(weights(step)))
                            .write(to),
                    DiffusersPipelineFolder.WEIGHTS);
        }
    }

    private static float[] weights(int step) {
        return UNet2D.layout(NETWORK).initialValues(step).toFloats();
    }

    private CommandRun export(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "export",
                "r",
                "--out",
                out().toString(),
                "--home",
                folder.resolve("home").toString()));
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private Path out() {
        return folder.resolve("model");
    }

    private CommandRun exportBest(String judged) {
        console.on("GET /api/runs/r", Answer.json(200, "{\"runId\":\"r\",\"judgedModels\":" + judged + "}"));
        return export(
                "--best", "--set", "console.port=" + URI.create(console.url()).getPort());
    }

    @Test
    void theNewestIsTakenUnlessSaidOtherwise() throws IOException {
        CommandRun run = export();
        assertEquals(0, run.exitCode(), run.err());
        assertArrayEquals(
                weights(300), DiffusersPipelineFolder.read(out()).weights().toFloats());
    }

    @Test
    void ofTheBestThatAreStillThereTheFirstIsTaken() throws IOException {
        CommandRun run = exportBest("[{\"step\":50,\"violation\":0.0},{\"step\":200},{\"step\":300}]");
        assertEquals(0, run.exitCode(), run.err());
        assertArrayEquals(
                weights(200), DiffusersPipelineFolder.read(out()).weights().toFloats());
        assertTrue(run.out().contains("step-0000000200"), run.out());
    }

    /** A console that has just started: none would be taken for the best, and some other one neither. */
    @Test
    void nothingIsWrittenAsLongAsTheConsoleDoesNotKnowTheBest() {
        CommandRun run = exportBest("null");
        assertEquals(ExitCode.UNREACHABLE, run.exitCode(), run.err());
        assertTrue(run.err().contains("still reads how the models of run 'r' were judged"), run.err());
        assertFalse(Files.exists(out()));
    }

    @Test
    void nothingIsWrittenAsLongAsNoModelIsJudged() {
        CommandRun run = exportBest("[]");
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(run.err().contains("no model of run 'r' is judged yet"), run.err());
        assertFalse(Files.exists(out()));
    }

    @Test
    void withoutAConsoleTheBestIsNotKnown() {
        CommandRun run = export("--best", "--set", "console.port=9");
        assertEquals(ExitCode.UNREACHABLE, run.exitCode(), run.err());
        assertFalse(Files.exists(out()));
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private byte[] modelZip() throws IOException {
        Path model = folder.resolve("theirs");
        new DiffusersPipelineFolder(
                        NETWORK, NoiseSchedule.cosine(200), PredictionType.V_PREDICTION, HostVector.of(weights(7)))
                .write(model);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DiffusersZip zip = DiffusersZip.of(model)) {
            zip.writeTo(bytes);
        }
        return bytes.toByteArray();
    }

    @Test
    void aConsoleElsewhereGivesTheModelAndTheStoreHereIsNotAsked() throws IOException {
        console.on("GET /api/runs/r/models/best.zip", new Answer(200, "application/zip", modelZip()));
        CommandRun run = export("--best", "--console", console.url());
        assertEquals(0, run.exitCode(), run.err());
        assertArrayEquals(
                weights(7), DiffusersPipelineFolder.read(out()).weights().toFloats());
        assertEquals(List.of("GET /api/runs/r/models/best.zip"), console.received);
    }

    @Test
    void whatAConsoleElsewhereRefusesIsSaid() {
        console.on(
                "GET /api/runs/r/models/newest.zip",
                new Answer(
                        409, "application/problem+json", "{\"status\":409,\"detail\":\"run 'r' has no model yet\"}"));
        CommandRun run = export("--console", console.url());
        assertEquals(ExitCode.FAILED, run.exitCode(), run.err());
        assertTrue(run.err().contains("run 'r' has no model yet"), run.err());
        assertFalse(Files.exists(out()));
    }

    @Test
    void aZipOfSomethingElseLeavesNothing() throws IOException {
        console.on(
                "GET /api/runs/r/models/newest.zip",
                new Answer(200, "application/zip", zip(Map.of("../evil.txt", new byte[1]))));
        CommandRun run = export("--console", console.url());
        assertEquals(ExitCode.FAILED, run.exitCode(), run.err());
        assertTrue(run.err().contains("no ZIP of a model"), run.err());
        assertFalse(Files.exists(out()));
    }
}
