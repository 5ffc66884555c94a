package io.saddle.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.artifact.server.CuttingProxy;
import io.saddle.artifact.server.S3Server;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.model.DiffusersModels;
import io.saddle.model.SelectedData;
import io.saddle.model.SubmissionCheck;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets in a bucket of a real server, and how much of them each use fetches. */
class DataSetsOnS3Test {

    private static final int IMAGES = 2000;
    private static final int SIZE = 28 * 28;
    private static final long PIXELS = (long) IMAGES * SIZE;
    /** Requests, manifests and columns. */
    private static final long LITTLE = 100_000;

    private static final String RUN = """
            name: pets
            data:
              dataset: pets
              where: {split: train}
              groups: {class: {dog: {count: 100}}}
            constraints:
              - id: cats
                threshold: 0.05
                data: {where: {class: cat}}
            """;

    @TempDir
    Path temporary;

    private CuttingProxy proxy;
    private Map<String, String> settings;

    @BeforeEach
    void put() throws IOException {
        proxy = new CuttingProxy(S3Server.shared().port());
        settings = new HashMap<>(S3Server.shared().settings("data/" + UUID.randomUUID(), temporary.resolve("unused")));
        settings.put("saddle.artifacts.s3.endpoint", proxy.endpoint().toString());
        assertEquals(1, put("operator", 0).number());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    /** As a process of that name has it, with a cache of its own. */
    private ArtifactStore store(String process) throws IOException {
        Map<String, String> own = new HashMap<>(settings);
        own.put("saddle.artifacts.cache.dir", temporary.resolve(process).toString());
        return ArtifactStores.open(ArtifactSettings.of(name -> Optional.ofNullable(own.get(name))));
    }

    /** Half cats and half dogs, three of four for training; image i has the level i, the last one {@code last}. */
    private StoredDataSets.Version put(String process, int last) throws IOException {
        return new StoredDataSets(store(process)).put("pets", folder -> {
            byte[] pixels = new byte[IMAGES * SIZE];
            for (int i = 0; i < IMAGES; i++) {
                Arrays.fill(pixels, i * SIZE, (i + 1) * SIZE, (byte) (i == IMAGES - 1 ? last : i));
            }
            Path images = Files.write(temporary.resolve("images"), pixels);
            try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 28, 28)) {
                assembly.addImages(images);
                for (int i = 0; i < IMAGES; i++) {
                    assembly.addRow(
                            Map.of("class", i % 2 == 0 ? "cat" : "dog", "split", i % 4 == 3 ? "test" : "train"));
                }
                assembly.finish("pets", new Origin("a", "b", "c"), List.of(), List.of(), Instant.now());
            } finally {
                Files.delete(images);
            }
        });
    }

    private static RunSpecParser parser(ImageSets sets) {
        return new RunSpecParser(
                folder -> {
                    throw new IOException("no models here");
                },
                sets);
    }

    private long fetched(long before) {
        return proxy.down().passed() - before;
    }

    @Test
    void theConsoleChecksARunWithoutFetchingAnImage() throws IOException {
        long before = proxy.down().passed();
        ImageSets sets = new ImageSets(store("console"), DataRoots.ANYWHERE);
        RunSpec run = parser(sets).parse("run.yaml", RUN);

        assertEquals("dataset:pets@1", run.data().images());
        assertEquals(
                List.of(),
                new SubmissionCheck(sets, DataRoots.ANYWHERE, DiffusersModels.anywhere())
                        .check(run).stream()
                                .map(Object::toString)
                                .filter(problem -> !problem.contains("the network takes"))
                                .toList());
        assertTrue(fetched(before) < LITTLE, "fetched: " + fetched(before));
    }

    @Test
    void aServiceFetchesTheImagesOnceAndSelectsAmongThem() throws IOException {
        RunSpec run =
                parser(new ImageSets(store("console"), DataRoots.ANYWHERE)).parse("run.yaml", RUN);
        SelectedData trainer = new SelectedData(new ImageSets(store("trainer"), DataRoots.ANYWHERE));

        ImageDataSet data = trainer.open(DataSelections.toAvro(run.data()));
        assertEquals(1000 + 100, data.count());
        assertEquals(Map.of(0, 1000, 1, 100), data.classCounts());
        long before = proxy.down().passed();
        ImageDataSet cats = new SelectedData(new ImageSets(store("trainer"), DataRoots.ANYWHERE))
                .open(DataSelections.toAvro(run.constraints().get(0).data()));
        assertEquals(Map.of(0, 1000), cats.classCounts());
        float[] image = new float[SIZE];
        cats.scaled(3, image, 0);
        assertEquals(ImageDataSet.scaled((byte) 6), image[SIZE - 1]);
        assertTrue(fetched(before) < LITTLE, "fetched: " + fetched(before));
    }

    @Test
    void anImportComparesManifestsAlone() throws IOException {
        long before = proxy.down().passed();
        assertEquals(1, put("another operator", 0).number());
        assertEquals(2, put("another operator", 1).number());
        assertTrue(fetched(before) < LITTLE, "fetched: " + fetched(before));
        assertTrue(proxy.up().passed() > 2 * PIXELS, "images go up");
    }

    @Test
    void whatIsRemovedIsGoneForEverybody() throws IOException {
        StoredDataSets console = new StoredDataSets(store("console"));
        assertEquals(List.of("pets"), console.names());
        console.open(console.find(new DataSetAddress("pets", null)));

        new StoredDataSets(store("operator")).remove(new DataSetAddress("pets", 1));

        assertEquals(List.of(), console.names());
        assertThrows(NoSuchDataSetException.class, () -> console.find(new DataSetAddress("pets", 1)));
    }
}
