package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.FileDigest;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.Element;
import io.saddle.dataset.Latents;
import io.saddle.dataset.Latents.AutoencoderFile;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.ImageSets;
import io.saddle.model.data.StoredDataSets;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latents of 4x8x8 by two autoencoders, images of that shape, and models of each: all of them fit each other by their shapes. */
class LatentsCheckTest {
    private static final int COUNT = 2;
    private static final UNet2DConfig NETWORK = UNet2DConfig.of(8, 4, List.of(8, 8), 1, 4);
    private static final String NEAR = "constraints: [{id: near, kind: distillation, threshold: 0.1, model: '%s'}]\n";

    @TempDir
    private Path temporary;

    private ArtifactStore store;
    private StoredDataSets stored;
    private ImageSets sets;
    private DiffusersModels models;

    @BeforeEach
    void makeDataAndModels() throws IOException {
        store = new FileArtifactStore(temporary.resolve("store"));
        stored = new StoredDataSets(store);
        sets = new ImageSets(store, DataRoots.ANYWHERE);
        models = new DiffusersModels(store, DataRoots.ANYWHERE);
        images("faces", 3, 16);
        images("rgba", 4, 8);
        latents("faces-sd", "sd", 1);
        latents("faces-sd-again", "sd", 2);
        latents("faces-taesd", "taesd", 1);
        snapshot("of-sd", "dataset:faces-sd@1");
        snapshot("of-images", null);
    }

    private void images(String name, int channels, int side) throws IOException {
        stored.put(name, folder -> {
            try (DataSetAssembly assembly = new DataSetAssembly(folder, channels, side, side)) {
                assembly.addImages(Files.write(temporary.resolve(name), new byte[COUNT * channels * side * side]));
                for (int i = 0; i < COUNT; i++) {
                    assembly.addRow(Map.of());
                }
                assembly.finish(name, new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
            }
        });
    }

    private Path autoencoder(String text) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve(text));
        return Files.writeString(folder.resolve("encoder.pt"), text);
    }

    private void latents(String name, String autoencoder, double mean) throws IOException {
        StoredDataSets.Version source = stored.find(DataSetAddress.parse("faces"));
        Path file = autoencoder(autoencoder);
        Latents latents = new Latents(
                "faces@1",
                source.manifest().sha256(),
                autoencoder,
                List.of(new AutoencoderFile("encoder.pt", FileDigest.of(file).sha256())),
                3,
                2,
                1,
                0,
                mean,
                1,
                false);
        stored.put(name, folder -> {
            try (DataSetAssembly assembly = new DataSetAssembly(folder, 4, 8, 8, Element.FLOAT32, false)) {
                assembly.addImages(Files.write(temporary.resolve(name), new byte[COUNT * 4 * 8 * 8 * Float.BYTES]));
                assembly.finish(
                        name, latents, List.of(file), stored.open(source), new Origin("a", "b", "c"), Instant.EPOCH);
            }
        });
    }

    private static DiffusersPipelineFolder model(String latents) {
        return new DiffusersPipelineFolder(
                NETWORK,
                NoiseSchedule.cosine(200),
                PredictionType.V_PREDICTION,
                UNet2D.layout(NETWORK).initialValues(1),
                latents);
    }

    private void snapshot(String run, String latents) throws IOException {
        store.putFolder(
                run,
                "snapshots/ema/step-0000000100-owner-000000000001",
                to -> model(latents).write(to),
                DiffusersPipelineFolder.WEIGHTS);
    }

    private RunSpec parse(String dataSet, String more) {
        return new RunSpecParser(models, sets)
                .parse("run.yaml", "name: second\ndata: {dataset: " + dataSet + "}\n" + more);
    }

    private List<Problem> problems(String dataSet, String more) {
        return check().check(parse(dataSet, more));
    }

    private SubmissionCheck check() {
        return new SubmissionCheck(sets, DataRoots.ANYWHERE, models);
    }

    private List<Problem> started(String dataSet, Object model) {
        return problems(dataSet, "initialModel: '" + model + "'\n");
    }

    private static void assertRefused(List<String> paths, List<Problem> problems) {
        assertEquals(paths, problems.stream().map(Problem::path).toList(), problems.toString());
    }

    @Test
    void aRunStartsFromTheLatentsOfItsOwnAutoencoder() {
        assertEquals(List.of(), started("faces-sd", "run:of-sd"));
        assertEquals(List.of(), started("faces-sd-again", "run:of-sd"));
        List<Problem> problems = started("faces-taesd", "run:of-sd");
        assertRefused(List.of("initialModel"), problems);
        String message = problems.get(0).message();
        assertTrue(message.startsWith("run:of-sd@100 makes latents by sd [AutoencoderFile[file=encoder.pt, "), message);
        assertTrue(
                message.contains(
                        "] (dataset:faces-sd@1), the run's data dataset:faces-taesd@1 holds latents by taesd ["),
                message);
        assertTrue(message.endsWith("take a model that was trained on latents by the same autoencoder"), message);
    }

    @Test
    void soDoesATeacherBeItTheModelThatTheRunStartsFromOrNot() {
        assertEquals(List.of(), problems("faces-sd", NEAR.formatted("run:of-sd") + "initialModel: 'run:of-sd'\n"));
        String network = "initialModel: '" + exported("own", "dataset:faces-taesd@1") + "'\n";
        assertRefused(List.of("constraints[0].model"), problems("faces-taesd", network + NEAR.formatted("run:of-sd")));
        assertRefused(
                List.of("initialModel", "constraints[0].model"),
                problems(
                        "faces-taesd",
                        "initialModel: 'run:of-sd'\nconstraints: [{id: near, kind: distillation, threshold: 0.1}]\n"));
        assertRefused(
                List.of("constraints[0].model"),
                problems(
                        "faces-taesd",
                        network + "constraints: [{id: a, threshold: 0.1, relativeTo: reference, data: {},"
                                + " model: 'run:of-sd'}]\n"));
    }

    /** A constraint that comes later, to a run under way. */
    @Test
    void soDoesTheTeacherOfAConstraintThatIsAdded() {
        RunSpec spec = parse("faces-taesd", "initialModel: '" + exported("own", "dataset:faces-taesd@1") + "'\n");
        RunSpec.Constraint added = new RunSpecParser(models, sets)
                .parseConstraint(
                        spec, "constraint", "{id: near, kind: distillation, threshold: 0.1, model: 'run:of-sd'}", null);
        assertRefused(List.of("model"), check().check(spec, added));
    }

    @Test
    void imagesAreNoLatents() {
        assertEquals(List.of(), started("rgba", "run:of-images"));
        List<Problem> problems = started("faces-sd", "run:of-images");
        assertRefused(List.of("initialModel"), problems);
        assertTrue(
                problems.get(0).message().startsWith("run:of-images@100 makes images, the run's data"),
                problems.toString());
        problems = started("rgba", "run:of-sd");
        assertRefused(List.of("initialModel"), problems);
        assertTrue(
                problems.get(0)
                        .message()
                        .startsWith("run:of-sd@100 makes latents of dataset:faces-sd@1, the run's data"),
                problems.toString());
        assertTrue(problems.get(0).message().endsWith("take a model that was trained on images"), problems.toString());
    }

    @Test
    void aFolderSaysItTooIfSaddleWroteIt() {
        assertRefused(List.of("initialModel"), started("faces-taesd", exported("exported", "dataset:faces-sd@1")));
        assertEquals(List.of(), started("faces-taesd", exported("diffusers", null)));
    }

    @Test
    void nothingIsSaidOfAnAutoencoderThatNobodyKnows() throws IOException {
        for (String unknown : List.of("dataset:elsewhere@1", "dataset:faces@1", "dataset:a/b@0", "elsewhere")) {
            assertEquals(
                    List.of(), started("faces-taesd", exported("of-" + unknown.replace('/', '-'), unknown)), unknown);
        }
        stored.remove(DataSetAddress.parse("faces-sd@1"));
        assertEquals(List.of(), started("faces-taesd", "run:of-sd"));
        assertRefused(List.of("initialModel"), started("rgba", "run:of-sd"));
    }

    /** Of a store in which another data set had that name. */
    @Test
    void theAutoencoderBesideAModelIsItsOwn() throws IOException {
        model("dataset:faces-sd@1").write(temporary.resolve("with-it"), List.of(autoencoder("taesd")), "TorchScript");
        assertEquals(List.of(), started("faces-taesd", temporary.resolve("with-it")));
        model("dataset:faces-sd@1").write(temporary.resolve("with-another"), List.of(autoencoder("sd")), "TorchScript");
        assertRefused(List.of("initialModel"), started("faces-taesd", temporary.resolve("with-another")));
    }

    private Path exported(String name, String latents) {
        Path folder = temporary.resolve("models").resolve(name);
        try {
            model(latents).write(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }
}
