package io.saddle.cli.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.CommandRun;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.ForwardSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SampleCommandTest {

    @TempDir
    private Path folder;

    private void store(UNet2DConfig network) throws IOException {
        store(network, NoiseSchedule.cosine(200), PredictionType.V_PREDICTION);
    }

    private void store(UNet2DConfig network, ForwardSchedule schedule, PredictionType prediction) throws IOException {
        LocalSettings settings = LocalSettings.load(new Home(folder.resolve("home")), Map.of(), Map.of());
        ArtifactStore store = ArtifactStores.open(settings.artifacts());
        store.putFolder(
                "r",
                "snapshots/ema/step-0000000001-owner-000000000001",
                to -> new DiffusersPipelineFolder(
                                network,
                                schedule,
                                prediction,
                                UNet2D.layout(network).initialValues(1))
                        .write(to),
                DiffusersPipelineFolder.WEIGHTS);
    }

    private CommandRun images(Path images) {
        return CommandRun.of(
                "sample", "r", "--count=4", "--steps=2", "--images=" + images, "--home=" + folder.resolve("home"));
    }

    private CommandRun sample(String name, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "sample",
                "r",
                "--count",
                "4",
                "--steps",
                "2",
                "--out",
                folder.resolve(name).toString(),
                "--home",
                folder.resolve("home").toString()));
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray(String[]::new));
    }

    /** Otherwise minutes of sampling are lost. */
    @Test
    void whereNothingCanBeWrittenNothingIsSampled() throws IOException {
        store(UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4));
        for (String target : List.of("nowhere/grid.png", ".")) {
            CommandRun run = sample(target);
            assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.err());
            assertTrue(run.err().startsWith("error: --out: "), run.err());
        }
    }

    /** Their pixels are more than an int counts, and so are their lines alone. */
    @Test
    void moreImagesThanAPictureHoldsAreRefusedBeforeTheyAreSampled() throws IOException {
        store(UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4));
        CommandRun run = CommandRun.of(
                "sample",
                "r",
                "--count",
                "300000000",
                "--out",
                folder.resolve("grid.png").toString(),
                "--home",
                folder.resolve("home").toString());
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.err());
        assertTrue(run.err().contains("take --images FOLDER"), run.err());
    }

    /** It would be from timestep 0: what came out was the noise. */
    @Test
    void oneStepThatLeavesTheNoiseIsRefused() throws IOException {
        store(UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4));
        List<String> one = new ArrayList<>(List.of("sample", "r", "--count=4", "--steps=1"));
        one.add("--out=" + folder.resolve("grid.png"));
        one.add("--home=" + folder.resolve("home"));
        CommandRun run = CommandRun.of(one.toArray(String[]::new));
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.err());
        assertTrue(
                run.err().contains("--sampler, --spacing or --steps: its one step would be from timestep 0"),
                run.err());
        one.add("--spacing=trailing");
        assertEquals(0, CommandRun.of(one.toArray(String[]::new)).exitCode());
    }

    @Test
    void imagesOfTheirOwnAreInAFolderThatCanBeMade() throws IOException {
        store(UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4));
        Path file = Files.writeString(folder.resolve("file"), "");
        CommandRun both = sample("any.png", "--images", folder.resolve("images").toString());
        assertEquals(ExitCode.USAGE, both.exitCode());
        assertTrue(both.err().contains("--out is one PNG, --images a folder of many"), both.err());
        CommandRun refused = images(file.resolve("images"));
        assertEquals(ExitCode.INVALID_INPUT, refused.exitCode());
        assertTrue(refused.err().contains("--images: "), refused.err());
        assertFalse(refused.err().contains("sampling"), refused.err());
        CommandRun made = images(folder.resolve("images"));
        assertEquals(0, made.exitCode(), made.err());
        try (Stream<Path> images = Files.list(folder.resolve("images"))) {
            assertEquals(4, images.count());
        }
        assertFalse(Files.exists(folder.resolve("images.partial")));
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            disabledReason = "no Linux: an autoencoder that the disk does not give was not tried")
    void anAutoencoderThatTheDiskDoesNotGiveIsNoWrongOne() throws IOException {
        store(UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4));
        Path autoencoder = Files.createDirectories(folder.resolve("autoencoder"));
        String option = "--autoencoder=" + autoencoder;
        CommandRun missing = sample("grid.png", option);
        assertEquals(ExitCode.INVALID_INPUT, missing.exitCode(), missing.err());
        Files.createSymbolicLink(autoencoder.resolve("config.json"), Path.of("/proc/self/mem"));
        CommandRun unread = sample("grid.png", option);
        assertEquals(ExitCode.FAILED, unread.exitCode(), unread.err());
        assertTrue(unread.err().startsWith("error: --autoencoder: "), unread.err());
    }

    @Test
    void aFlowIsSampledByEulersMethodUnlessAnotherOneIsAskedFor() throws IOException {
        store(UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4), new FlowSchedule(200, 3), PredictionType.FLOW);
        CommandRun done = sample("flow.png");
        assertEquals(0, done.exitCode(), done.err());
        CommandRun named = sample("named.png", "--sampler", "euler");
        assertEquals(0, named.exitCode(), named.err());
        assertTrue(Arrays.equals(
                Files.readAllBytes(folder.resolve("flow.png")), Files.readAllBytes(folder.resolve("named.png"))));
        CommandRun refused = sample("none.png", "--sampler", "ddim");
        assertEquals(ExitCode.INVALID_INPUT, refused.exitCode());
        assertTrue(refused.err().contains("of a flow there is euler"), refused.err());
    }

    @Test
    void aNetworkShowsTheClassesThatAreAskedFor() throws IOException {
        store(UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4).withClassEmbeds(4));
        for (String[] run :
                new String[][] {{"all.png"}, {"same.png", "--class", "0,1,2"}, {"one.png", "--class", "1"}}) {
            CommandRun done = sample(run[0], Arrays.copyOfRange(run, 1, run.length));
            assertEquals(0, done.exitCode(), done.err());
        }
        CommandRun guided = sample("guided.png", "--guidance", "3");
        assertEquals(0, guided.exitCode(), guided.err());
        byte[] all = Files.readAllBytes(folder.resolve("all.png"));
        assertTrue(Arrays.equals(all, Files.readAllBytes(folder.resolve("same.png"))), "all of them, in turn");
        assertFalse(Arrays.equals(all, Files.readAllBytes(folder.resolve("one.png"))));
        assertFalse(Arrays.equals(all, Files.readAllBytes(folder.resolve("guided.png"))));
        CommandRun beyond = sample("none.png", "--class", "4");
        assertEquals(ExitCode.INVALID_INPUT, beyond.exitCode());
        assertTrue(beyond.err().contains("--class: the class label 4 is outside of 0..3"), beyond.err());
        assertFalse(Files.exists(folder.resolve("none.png")));
    }

    @Test
    void aNetworkThatIsToldNoClassesHasNone() throws IOException {
        store(UNet2DConfig.of(8, 1, List.of(8, 8), 1, 4));
        CommandRun run = sample("none.png", "--guidance", "2");
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode());
        assertTrue(run.err().contains("are for networks that are told classes"), run.err());
    }
}
