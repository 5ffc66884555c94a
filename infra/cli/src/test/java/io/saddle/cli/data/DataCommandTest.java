package io.saddle.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.CommandRun;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.dataimport.ImportOptions;
import io.saddle.dataset.DataSetManifest;
import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.TorchScripts;
import io.saddle.model.JudgeFiles;
import io.saddle.model.JudgeNetworks;
import io.saddle.model.data.DataRoots;
import io.saddle.run.spec.RunSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands on a home of their own; no stack runs. */
class DataCommandTest {

    @TempDir
    Path temporary;

    private Path pictures;

    /** Ten cats and five dogs, and one that is none. */
    @BeforeEach
    void makePictures() throws IOException {
        pictures = temporary.resolve("pictures");
        for (int i = 0; i < 15; i++) {
            Path folder = Files.createDirectories(pictures.resolve(i < 10 ? "cat" : "dog"));
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            image.setRGB(i % 8, i / 8, 0xff8040);
            ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
        }
        Files.writeString(pictures.resolve("dog/no.png"), "no picture");
    }

    private CommandRun data(String... arguments) {
        List<String> all = new ArrayList<>(List.of("data"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--home", temporary.resolve("home").toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private CommandRun imported(String... more) {
        List<String> all = new ArrayList<>(List.of("import", pictures.toString(), "--name", "pets"));
        all.addAll(List.of(more));
        return data(all.toArray(String[]::new));
    }

    @Test
    void anImportSaysAsJsonWhatItMade() throws IOException {
        CommandRun run = imported("--max-bad", "0.1", "--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertEquals("pets", json.path("name").asText());
        assertEquals(1, json.path("version").asInt());
        assertEquals(15, json.path("images").asInt());
        assertEquals("[3,8,8]", json.path("shape").toString());
        assertEquals("{\"cat\":10,\"dog\":5}", json.at("/columns/class").toString());
        assertEquals("dog/no.png", json.at("/skipped/0/file").asText());
        assertEquals(
                "no picture in a format that is known here",
                json.at("/skipped/0/reason").asText());
        assertTrue(json.path("sha256").asText().matches("[0-9a-f]{64}"));
        assertEquals(
                json,
                new ObjectMapper().readTree(data("show", "pets@1", "--json").out()));
    }

    @Test
    void anImportOfWhatIsThereAlreadySaysThatItMadeNothing() {
        String nothingNew = "note: nothing has changed since pets@1 was made";
        String first = imported("--max-bad", "0.1").err();
        assertFalse(first.contains("note: nothing"), first);
        CommandRun again = imported("--max-bad", "0.1");
        assertEquals(0, again.exitCode(), again.err());
        assertTrue(again.err().contains(nothingNew), again.err());
        assertTrue(again.out().startsWith("pets, version 1: "), again.out());
    }

    /** Of the hour that it takes nothing is done before there is somebody to tell. */
    @Test
    void whatMustBeAnnouncedIsNotMadeWhereKafkaDoesNotAnswer() {
        CommandRun run = imported(
                "--max-bad", "0.1", "--must-announce", "--bootstrap=127.0.0.1:1", "--registry=http://127.0.0.1:1");
        assertEquals(ExitCode.UNREACHABLE, run.exitCode(), run.err());
        assertTrue(run.err().contains("Kafka does not answer at 127.0.0.1:1"), run.err());
        assertTrue(data("list").out().contains("no data set was imported yet"));
    }

    @Test
    void aShareOfEachClassCanBeHeldOut() throws IOException {
        CommandRun run = imported("--max-bad", "0.1", "--hold-out", "0.2", "--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertEquals("{\"test\":3,\"train\":12}", json.at("/columns/split").toString());
    }

    /** Whoever names the pictures in a specification imports them as whoever imports them himself. */
    @Test
    void anImportOfWhichNothingIsSaidIsTheDefaultOne() {
        DataImportCommand command = new DataImportCommand();
        new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).parseArgs("pictures", "--name", "pets");
        assertEquals(ImportOptions.defaults("pets"), command.options());
    }

    /** An hour of importing, and then nobody to submit the run to. */
    @Test
    void nothingIsImportedForARunThatCannotBeSubmitted() throws IOException {
        Files.delete(pictures.resolve("dog/no.png"));
        Path specification = Files.writeString(temporary.resolve("run.yaml"), "name: r\ndata: {dataset: ./pictures}\n");
        CommandRun run;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody.close();
            run = CommandRun.of(
                    "run",
                    "submit",
                    specification.toString(),
                    "--home",
                    temporary.resolve("home").toString(),
                    "--set",
                    "console.port=" + nobody.getLocalPort());
        }
        assertEquals(ExitCode.UNREACHABLE, run.exitCode(), run.err());
        assertTrue(data("list").out().contains("no data set was imported yet"));
    }

    /** Every run that names "pets" without a version would take the stranger's pictures. */
    @Test
    void whatARunNamesByItsPathIsNoVersionOfAnothersDataSet() throws IOException {
        imported("--max-bad", "0.1");
        Path others = Files.createDirectories(temporary.resolve("others/pets"));
        Files.copy(pictures.resolve("cat/0.png"), others.resolve("0.png"));
        Path specification =
                Files.writeString(temporary.resolve("run.yaml"), "name: r\ndata: {dataset: others/pets/}\n");
        CommandRun run = CommandRun.of(
                "run",
                "submit",
                specification.toString(),
                "--home",
                temporary.resolve("home").toString());
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.err());
        assertTrue(run.err().contains("there is a data set 'pets' of other pictures"), run.err());
        assertFalse(data("show", "pets@2").exitCode() == 0);
    }

    @Test
    void aDamagedDataSetIsNamedBesideTheOthersAndCanBeRemoved() throws IOException {
        imported("--max-bad", "0.1");
        data("import", pictures.toString(), "--name", "others", "--max-bad", "0.1");
        Path manifest;
        try (Stream<Path> files = Files.walk(temporary.resolve("home"))) {
            manifest = files.filter(file -> file.endsWith("pets/v1/" + DataSetManifest.FILE))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(manifest, "{}");

        CommandRun list = data("list");
        assertEquals(ExitCode.FAILED, list.exitCode());
        assertTrue(list.out().contains("others"), list.out());
        assertTrue(list.err().contains("error: pets: "), list.err());
        assertEquals(0, data("remove", "pets@1", "--yes").exitCode());
        assertEquals(0, data("list").exitCode());
    }

    @Test
    void listAndShowAndRemoveFollowTheVersions() throws IOException {
        assertTrue(data("list").out().contains("no data set was imported yet"));
        imported("--max-bad", "0.1");
        Files.delete(pictures.resolve("dog/no.png"));
        imported("--size", "4");
        imported("--size", "4");
        assertTrue(
                data("list").out().matches("(?s).*pets +2 +15 3x4x4 +class.*"),
                data("list").out());
        String shown = data("show", "pets@1").out();
        assertTrue(shown.contains("left out because they cannot be read: 1"), shown);
        assertTrue(shown.contains("class: cat (10), dog (5)"), shown);
        assertTrue(shown.contains("datasets/pets/v1/preview.png"), shown);
        assertEquals(
                "pets@1: 15 images of 3x8x8\npets, version 1: removed\n",
                data("remove", "pets@1", "--yes").out());
        assertEquals(4, data("show", "pets@1").exitCode());
        assertEquals(0, data("remove", "pets", "--yes").exitCode());
        assertTrue(data("show", "pets").err().contains("none was imported yet"));
    }

    private CommandRun answering(String input, String... arguments) {
        return answering(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), arguments);
    }

    private CommandRun answering(InputStream input, String... arguments) {
        InputStream before = System.in;
        System.setIn(input);
        try {
            return data(arguments);
        } finally {
            System.setIn(before);
        }
    }

    /** One word in a shell's history took away what a week of runs had been trained on. */
    @Test
    void aRemovalIsAskedForByName() {
        imported("--max-bad", "0.1");
        for (String wrong : List.of("", "y\n", "pets\n")) {
            CommandRun run = answering(wrong, "remove", "pets@1");
            assertEquals(ExitCode.FAILED, run.exitCode(), run.out());
            assertTrue(run.out().startsWith("pets@1: 15 images of 3x8x8\n"), run.out());
            assertTrue(run.err().contains("nothing was deleted; answer with pets@1, or say --yes"), run.err());
            assertTrue(run.err().contains("runs and pipelines were not looked at, since no stack runs"), run.err());
        }
        assertEquals(0, data("show", "pets@1").exitCode());
        assertEquals(0, answering("pets\n", "remove", "pets").exitCode());
        assertEquals(4, data("show", "pets").exitCode());
    }

    /** Judges compare a run's decoded samples with the images that its latents were made of. */
    @Test
    void whatLatentsWereEncodedFromIsNotRemoved() throws IOException {
        autoencoder();
        imported("--max-bad", "0.1");
        encoded();
        Files.delete(pictures.resolve("dog/no.png"));
        Files.delete(pictures.resolve("dog/14.png"));
        imported();
        for (String named : List.of("pets", "pets@1")) {
            CommandRun run = data("remove", named, "--yes");
            assertEquals(ExitCode.FAILED, run.exitCode(), run.out());
            assertTrue(run.err().contains("the latents pets-latent@1 were encoded from it"), run.err());
        }
        assertEquals(0, data("show", "pets@2").exitCode(), "nothing is removed where something is refused");
        assertEquals(0, data("remove", "pets@2", "--yes").exitCode());
        assertEquals(0, data("remove", "pets-latent", "--yes").exitCode());
        assertEquals(0, data("remove", "pets", "--yes").exitCode());
    }

    /** The question may stand for hours. */
    @Test
    void whatComesToBeUsedBeforeTheAnswerIsNotRemoved() throws IOException {
        autoencoder();
        imported("--max-bad", "0.1");
        InputStream late = new SequenceInputStream(
                new InputStream() {
                    @Override
                    public int read() {
                        encoded();
                        return -1;
                    }
                },
                new ByteArrayInputStream("pets@1\n".getBytes(StandardCharsets.UTF_8)));
        CommandRun run = answering(late, "remove", "pets@1");
        assertEquals(ExitCode.FAILED, run.exitCode(), run.out());
        assertTrue(run.err().contains("the latents pets-latent@1 were encoded from it"), run.err());
        assertEquals(0, data("show", "pets@1").exitCode());
    }

    @Test
    void whatCannotBeImportedIsSaidWithTheRemedyAndLeavesNothing() throws IOException {
        assertRefused(imported(), "1 of 16 pictures cannot be read so far, more than 1.00 % of all (--max-bad)");
        assertRefused(imported("--channels", "2"), "images have 1 or 3 channels, not 2");
        assertRefused(data("import", "nowhere", "--name", "pets"), "nowhere: no such file or folder");
        assertRefused(data("import", pictures.toString(), "--name", "a/b"), "a data set's name is letters");
        assertEquals(2, data("import", pictures.toString()).exitCode(), "without a name");
        assertTrue(data("list").out().contains("no data set"));
        assertFalse(Files.exists(temporary.resolve("home/data/imports/pets")));
    }

    /** The mean of each colour, as a network that somebody brought. */
    private Path features() throws IOException {
        Path file = temporary.resolve("means.pt");
        Files.write(file, TorchScripts.module("torch.mean(x, [2, 3])"));
        ObjectNode description = new ObjectMapper().createObjectNode().put("sha256", Sha256.of(file));
        description.putObject("input").put("shape", "N x 3 x H x W").put("range", "0..1");
        Files.writeString(temporary.resolve("means.json"), description.toString());
        return file;
    }

    /** Red and blue ones, 40 of each, a fourth of them for the trial. */
    private void importColours() throws IOException {
        Path folder = temporary.resolve("colours");
        for (int i = 0; i < 80; i++) {
            BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
            int colour = i % 2 == 0 ? 0xc02000 + i : 0x1020c0 + (i << 8);
            for (int pixel = 0; pixel < 16; pixel++) {
                image.setRGB(pixel % 4, pixel / 4, colour);
            }
            Path of = folder.resolve((i % 8 < 2 ? "val/" : "train/") + (i % 2 == 0 ? "red" : "blue"));
            ImageIO.write(
                    image,
                    "png",
                    Files.createDirectories(of).resolve(i + ".png").toFile());
        }
        assertEquals(0, data("import", folder.toString(), "--name", "colours").exitCode());
    }

    @Test
    void aClassifierOfADataSetsClassesIsMadeOfANetworksFeatures() throws IOException {
        importColours();
        Path made = temporary.resolve("judges/colours.pt");
        CommandRun run = data(
                "classifier",
                "colours",
                "--features",
                features().toString(),
                "--where",
                "split=train",
                "--held-out",
                "split=val",
                "--out",
                made.toString(),
                "--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertEquals(60, json.at("/fitted/images").asInt());
        assertEquals(20, json.at("/heldOut/images").asInt());
        assertEquals(1, json.at("/heldOut/accuracy").asDouble());
        assertEquals("[\"blue\",\"red\"]", json.path("classes").toString());
        RunSpec.Judge judge = new JudgeFiles(DataRoots.ANYWHERE).found(made.toString());
        try (JudgeNetworks networks = new JudgeNetworks(new JudgeFiles(DataRoots.ANYWHERE), 1)) {
            ImageClassifier classifier = networks.classifier(judge);
            float[] images = {1, 1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 1};
            assertArrayEquals(
                    new int[] {1, 0},
                    classifier.classify(new ImageBatch(images, 2, 3, 1, 2)),
                    "a red one and a blue one");
        }
        assertRefused(
                data("classifier", "colours", "--features", features().toString(), "--out", made.toString()),
                "colours.pt is there already");
    }

    @Test
    void aClassifierThatCannotBeMadeIsRefusedWithTheReason() throws IOException {
        importColours();
        imported("--max-bad", "0.1");
        String features = features().toString();
        String out = temporary.resolve("new.pt").toString();
        assertRefused(
                data("classifier", "nobody", "--features", features, "--out", out), "there is no data set 'nobody'");
        assertRefused(data("classifier", "colours", "--features", features, "--out", out, "--class", "shape"), "shape");
        assertRefused(
                data("classifier", "pets", "--features", features, "--out", out),
                "has 15 images with a class: it takes 20");
        assertRefused(
                data("classifier", "colours", "--features", features, "--out", out, "--where", "class=red"),
                "all images are of one class");
        assertRefused(
                data(
                        "classifier",
                        "colours",
                        "--features",
                        temporary.resolve("no.pt").toString(),
                        "--out",
                        out),
                "no.pt: there is no such file");
        assertEquals(
                2,
                data("classifier", "colours", "--features", features, "--out", "new")
                        .exitCode());
        CommandRun overlapping =
                data("classifier", "colours", "--features", features, "--out", out, "--held-out", "split=val");
        assertEquals(2, overlapping.exitCode());
        assertTrue(overlapping.err().contains("--where must leave these images out"), overlapping.err());
        assertFalse(Files.exists(Path.of(out)));
    }

    /** With an autoencoder of diffusers, which makes 2x2 latents of 16 channels of them. */
    private Path autoencoder() throws IOException {
        Path golden = Path.of("../../services/shared/diffusion/src/test/resources/golden");
        Path folder = Files.createDirectories(temporary.resolve("autoencoder"));
        ObjectNode config = (ObjectNode) new ObjectMapper()
                .readTree(golden.resolve("vae-tiny-b.json").toFile())
                .get("config");
        Files.writeString(
                folder.resolve("config.json"),
                config.put("_class_name", "AutoencoderTiny").toString());
        Files.copy(
                golden.resolve("vae-tiny-b.weights.safetensors"),
                folder.resolve("diffusion_pytorch_model.safetensors"));
        return folder;
    }

    private CommandRun encoded(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "encode",
                "pets",
                "--autoencoder",
                temporary.resolve("autoencoder").toString(),
                "--name",
                "pets-latent"));
        all.addAll(List.of(more));
        return data(all.toArray(String[]::new));
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            disabledReason = "no Linux: an autoencoder that the disk does not give was not tried")
    void anAutoencoderThatTheDiskDoesNotGiveIsNoWrongOne() throws IOException {
        Path config = autoencoder().resolve("config.json");
        imported("--max-bad", "0.1");
        Files.delete(config);
        assertRefused(encoded(), "autoencoder");
        Files.createSymbolicLink(config, Path.of("/proc/self/mem"));
        CommandRun run = encoded();
        assertEquals(ExitCode.FAILED, run.exitCode(), run.err());
    }

    @Test
    void latentsAreADataSetThatSaysWhatTheyAreOf() throws IOException {
        autoencoder();
        imported("--max-bad", "0.1");
        CommandRun run = encoded("--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertEquals("[16,2,2]", json.path("shape").toString());
        assertEquals("float16", json.path("element").asText());
        assertEquals("{\"cat\":10,\"dog\":5}", json.at("/columns/class").toString());
        assertEquals("pets@1", json.at("/latents/dataSet").asText());
        assertEquals("AutoencoderTiny", json.at("/latents/autoencoder").asText());
        assertEquals(2, json.at("/latents/files").size());
        String shown = data("show", "pets-latent").out();
        assertTrue(shown.contains("from dataset:pets@1 (latents by AutoencoderTiny, fp32; float16)"), shown);
        assertTrue(shown.contains("  latents as float16: mean "), shown);
        assertTrue(shown.contains("  config.json: sha256 "), shown);
        assertTrue(data("list").out().contains("16x2x2"), data("list").out());
    }

    @Test
    void whatCannotBeEncodedIsSaid() throws IOException {
        imported("--max-bad", "0.1", "--size", "6");
        assertRefused(encoded(), "config.json: there is no such file");
        Path autoencoder = autoencoder();
        assertRefused(encoded(), "images must have the shape [B, 3, H, W], H and W multiples of 4, have (15, 3, 6, 6)");
        assertRefused(
                data("encode", "pets", "--autoencoder", autoencoder.toString(), "--name", "a/b"),
                "a data set's name is letters");
        assertEquals(2, encoded("--element", "uint8").exitCode());
        assertFalse(Files.exists(temporary.resolve("home/data/imports/pets-latent")));
    }

    private static void assertRefused(CommandRun run, String reason) {
        assertEquals(4, run.exitCode(), run.err());
        assertTrue(run.err().contains(reason), run.err());
    }

    @Test
    void twoImportsOfOneNameDoNotMix() throws IOException {
        Path lock =
                Files.createDirectories(temporary.resolve("home/data/imports")).resolve("pets.lock");
        ProcessBuilder other = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                lock.toString());
        Process holder = other.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            assertEquals('h', holder.getInputStream().read(), "held");
            CommandRun run = imported("--max-bad", "0.1");
            assertEquals(1, run.exitCode());
            assertTrue(run.err().contains("another import or encoding of 'pets' is going on"), run.err());
        } finally {
            holder.destroyForcibly();
        }
    }

    /** Another process that imports. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            try (FileChannel channel = FileChannel.open(
                            Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                System.out.print(lock.isValid() ? 'h' : 'n');
                System.out.flush();
                Thread.sleep(60_000);
            }
        }
    }
}
