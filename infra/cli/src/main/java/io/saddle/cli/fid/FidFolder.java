package io.saddle.cli.fid;

import io.saddle.dataimport.picture.Picture;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.picture.UnreadablePictureException;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.CollectedFeatures;
import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.sampling.ImageBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * The PNG files of a folder and the folders in it, in an order that is random and always the same: where each class has a folder, the
 * first images are to stand for all, and so is each block of them.
 *
 * @param files never empty
 */
record FidFolder(List<Path> files) {

    private static final String SUFFIX = ".png";
    private static final int BATCH = 128;
    private static final int BATCH_VALUES = 1 << 23;
    /** As the programs that other FID values come from read them. */
    private static final PictureDecoder DECODER = new PictureDecoder(PictureDecoder.NO_TRANSPARENCY);

    /**
     * Lists a folder.
     *
     * @throws IOException if it is no folder or has no PNG in it
     */
    static FidFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + ": no such folder");
        }
        List<Path> found;
        try (Stream<Path> files = Files.walk(folder)) {
            found = files.filter(
                            file -> file.toString().toLowerCase(Locale.ROOT).endsWith(SUFFIX))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
        if (found.isEmpty()) {
            throw new IOException(folder + ": no .png file in this folder or below it");
        }
        return new FidFolder(
                Arrays.stream(shuffled(found.size())).mapToObj(found::get).toList());
    }

    /** The numbers 0 to {@code count} - 1 in that order. */
    static int[] shuffled(int count) {
        return new RandomStreams(0).permutation(count, "fid-order");
    }

    /**
     * An extractor's features of all images, of which only a batch is in memory at a time. They may differ in size
     * where the extractor resizes them.
     *
     * @param done told how many files have been read
     * @throws IOException naming the file that cannot be read or that the extractor cannot take
     */
    CollectedFeatures features(FeatureExtractor extractor, IntConsumer done) throws IOException {
        CollectedFeatures found = new CollectedFeatures(extractor.dimensions());
        List<Picture> waiting = new ArrayList<>();
        Path first = null;
        int read = 0;
        for (Path file : files) {
            Picture picture = read(file);
            if (!waiting.isEmpty() && (isFull(waiting) || !isAlike(picture, waiting.get(0)))) {
                add(found, extractor, waiting, first);
                done.accept(read);
            }
            if (waiting.isEmpty()) {
                first = file;
            }
            waiting.add(picture);
            read++;
        }
        add(found, extractor, waiting, first);
        done.accept(read);
        return found;
    }

    /** With one channel where all pixels are grey, in whatever way the file says so. */
    private static Picture read(Path file) throws IOException {
        try {
            Picture picture = DECODER.decode(Files.readAllBytes(file));
            return picture.isGrey() ? picture.withChannels(1) : picture;
        } catch (UnreadablePictureException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isAlike(Picture a, Picture b) {
        return a.channels() == b.channels() && a.height() == b.height() && a.width() == b.width();
    }

    private static boolean isFull(List<Picture> pictures) {
        return pictures.size() >= Math.min(BATCH, BATCH_VALUES / pictures.get(0).levels().length);
    }

    private static void add(CollectedFeatures found, FeatureExtractor extractor, List<Picture> pictures, Path first)
            throws IOException {
        try {
            found.add(extractor.features(batch(pictures)));
        } catch (IllegalArgumentException e) {
            throw new IOException(first + ": " + e.getMessage(), e);
        }
        pictures.clear();
    }

    private static ImageBatch batch(List<Picture> pictures) {
        Picture like = pictures.get(0);
        int size = like.levels().length;
        byte[] levels = new byte[Math.multiplyExact(pictures.size(), size)];
        for (int i = 0; i < pictures.size(); i++) {
            System.arraycopy(pictures.get(i).levels(), 0, levels, i * size, size);
        }
        int[] unlabelled = new int[pictures.size()];
        return ImageBatch.of(
                new ImageDataSet(levels, unlabelled, like.channels(), like.height(), like.width()), 0, pictures.size());
    }
}
