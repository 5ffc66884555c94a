package io.saddle.lab.bench.training;

import io.saddle.artifact.ArtifactStore;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.model.data.StoredDataSets;
import io.saddle.run.spec.DataSetVersions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A data set as an import leaves it, of random levels: reading an image costs the same whatever it shows.
 *
 * @param images their number
 */
record MadePictures(UNet2DConfig network, int images) {

    private static final String NAME = "made";
    private static final int CLASSES = 10;
    /** Images of one file. */
    private static final int PART = 20_000;

    private int imageBytes() {
        return network.inChannels() * network.height() * network.width();
    }

    /** Bytes of all images. */
    long bytes() {
        return (long) images * imageBytes();
    }

    /**
     * Puts the data set into a store.
     *
     * @return its address, {@code dataset:NAME@N}
     */
    String put(ArtifactStore store) throws IOException {
        return DataSetVersions.PREFIX
                + new StoredDataSets(store).put(NAME, this::write).address();
    }

    private void write(Path folder) throws IOException {
        SplittableRandom random = new SplittableRandom(0);
        byte[] levels = new byte[imageBytes()];
        try (DataSetAssembly set =
                new DataSetAssembly(folder, network.inChannels(), network.height(), network.width())) {
            for (int first = 0; first < images; first += PART) {
                int end = Math.min(images, first + PART);
                Path part = Files.createFile(folder.resolve("made.bin"));
                try {
                    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part))) {
                        for (int i = first; i < end; i++) {
                            random.nextBytes(levels);
                            out.write(levels);
                            set.addRow(Map.of(Column.CLASS, Integer.toString(i % CLASSES)));
                        }
                    }
                    set.addImages(part);
                } finally {
                    Files.delete(part);
                }
            }
            set.finish(
                    NAME, new DataSetManifest.Origin("", "made", "as they are"), List.of(), List.of(), Instant.EPOCH);
        }
    }
}
