package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.DataSetManifest.Skipped;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageGrid;
import io.saddle.kafka.Publisher;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A data set in the store, of sixteen small images of digits with three columns, announced as an import does. */
final class MadeDataSet {

    static final int IMAGES = 16;
    static final byte[] PREVIEW = preview();

    private MadeDataSet() {}

    private static byte[] preview() {
        try {
            ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
            return ImageGrid.png(ImageBatch.of(digits, 0, IMAGES), 8, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stores another version, and announces it.
     *
     * @param seed makes it another one
     * @param preview whether it has one
     */
    static DataSetAddress announced(
            ArtifactStore artifacts, Publisher publisher, String name, int seed, boolean preview) throws Exception {
        StoredDataSets sets = new StoredDataSets(artifacts);
        Path images = Files.createTempFile("images", ".bin");
        Files.write(images, new byte[IMAGES * 4]);
        DataSetAddress made = sets.put(name, folder -> {
                    try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 2, 2)) {
                        assembly.addImages(images);
                        for (int i = 0; i < IMAGES; i++) {
                            assembly.addRow(Map.of(
                                    Column.CLASS,
                                    i % 4 == 0 ? "cat" : "dog",
                                    "smiling",
                                    i % 2 == 0 ? "true" : "false",
                                    "age",
                                    String.valueOf(seed + i)));
                        }
                        assembly.finish(
                                name,
                                new Origin("/home/me/pets.zip", "class folders", "1x2x2, centre square, lanczos"),
                                List.of(new Skipped("dog/no.png", "no picture")),
                                List.of(),
                                Instant.parse("2026-01-02T03:04:05Z"));
                    }
                    if (preview) {
                        Files.write(folder.resolve(DataSetManifest.PREVIEW), PREVIEW);
                    }
                })
                .address();
        Files.delete(images);
        publisher
                .send(Topics.DATASETS, Topics.dataSetKey(made.name(), made.version()), sets.record(made))
                .get();
        return made;
    }
}
