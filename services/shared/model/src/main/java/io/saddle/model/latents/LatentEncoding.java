package io.saddle.model.latents;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.FileDigest;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.Element;
import io.saddle.dataset.Latents;
import io.saddle.dataset.Latents.AutoencoderFile;
import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.autoencoder.AutoencoderDescription;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.files.AutoencoderFileName;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.torch.Workers;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.PreparedImages;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The encoding of a data set: each image's latents, scaled, or what they are drawn from ({@link Autoencoder#distributions}), in the
 * order of the images, with the same columns and with the autoencoder itself. One that was cut off goes on behind the images that
 * were done.
 */
public final class LatentEncoding {
    /** Of eight images of 64x64: more of larger images at a time take memory, and no less time. */
    private static final long BATCH_PIXELS = 8 * 64 * 64;

    private static final int MOST_BATCH = 8;
    private static final int BATCHES_AT_ONCE = 4;
    private static final float MOST_FLOAT16 = 65_504;

    /** Hears how far an encoding is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * @param images encoded so far
         * @param total of the data set
         */
        void at(long images, long total);

        /**
         * @param text what a person should know of what happened, such as that work was lost
         */
        default void note(String text) {}
    }

    /**
     * How latents are made.
     *
     * @param files of the autoencoder
     * @param element FLOAT16 or FLOAT32
     * @param arithmetic of the autoencoder, for a person: other numbers come of another one
     * @param means true to keep the means alone of an autoencoder that gives distributions
     * @param workers batches that are encoded at the same time, each on a thread of its own
     */
    public record Options(List<Path> files, Element element, String arithmetic, boolean means, int workers) {

        /** @throws IllegalArgumentException unless latents can be kept as these elements, and files under their names */
        public Options {
            files = List.copyOf(files);
            // They go with the latents into the store, and with models to whoever downloads one.
            files.forEach(file ->
                    AutoencoderFileName.requireStorable(file.getFileName().toString()));
            if (element == Element.UINT8) {
                throw new IllegalArgumentException("latents are kept as float16 or float32, not uint8");
            }
        }
    }

    private final Version source;
    private final DataSetFolder images;
    private final Autoencoder autoencoder;
    private final Options options;
    private final Progress progress;
    private final Shape shape;
    private final boolean drawn;
    private final int batch;

    /**
     * @param source what is encoded
     * @param images the same on this machine
     * @throws IllegalArgumentException if the autoencoder does not take such images
     */
    public LatentEncoding(
            Version source, DataSetFolder images, Autoencoder autoencoder, Options options, Progress progress) {
        this.source = source;
        this.images = images;
        this.autoencoder = autoencoder;
        this.options = options;
        this.progress = progress;
        DataSetManifest manifest = source.manifest();
        if (!manifest.isOfPixels()) {
            throw new IllegalArgumentException("data set " + source.address() + " holds latents already");
        }
        AutoencoderDescription description = autoencoder.description();
        description.requireImages(
                new Shape(manifest.images(), manifest.channels(), manifest.height(), manifest.width()));
        shape = new Shape(
                description.latentChannels(),
                manifest.height() / description.reduction(),
                manifest.width() / description.reduction());
        drawn = autoencoder.isVariational() && !options.means();
        batch = (int) Math.max(1, Math.min(MOST_BATCH, BATCH_PIXELS / ((long) manifest.height() * manifest.width())));
    }

    /**
     * Encodes, going on where the same encoding was cut off.
     *
     * @param name of the data set of latents
     * @param work a folder for this encoding only: created if it is missing, emptied if it is of another one or lacks what was done, and gone
     *     at the end
     * @throws IOException if a file cannot be read or written, or latents are too large for their elements
     * @throws IllegalArgumentException if the newest version of that name is one of images
     */
    public Version run(String name, Path work, StoredDataSets target, Instant now) throws IOException {
        requireNoImages(name, target);
        List<AutoencoderFile> files = new ArrayList<>();
        for (Path file : options.files()) {
            files.add(new AutoencoderFile(
                    file.getFileName().toString(), FileDigest.of(file).sha256()));
        }
        LatentParts parts = LatentParts.in(
                work,
                identity(files),
                source.manifest().images(),
                options.element(),
                Math.toIntExact(shape.size()),
                drawn,
                progress::note);
        encode(parts);
        LatentParts.Moments moments = parts.moments();
        Version made = target.put(name, folder -> assemble(name, folder, parts, latents(files, moments), now));
        DurableFiles.deleteTree(work);
        return made;
    }

    private static void requireNoImages(String name, StoredDataSets target) throws IOException {
        boolean images = !target.versions(name).isEmpty()
                && target.find(new DataSetAddress(name, null)).manifest().isOfPixels();
        if (images) {
            throw new IllegalArgumentException("data set '" + name
                    + "' holds images, and who names it wants the newest version: give the latents another name");
        }
    }

    private String identity(List<AutoencoderFile> files) {
        return String.join(
                "\n",
                source.address().toString(),
                source.manifest().sha256(),
                files.toString(),
                options.element() + " " + options.arithmetic() + (drawn ? " distributions" : ""));
    }

    private void encode(LatentParts parts) throws IOException {
        int total = Math.toIntExact(source.manifest().images());
        int[] classes = new int[total];
        Arrays.fill(classes, ImageDataSet.NO_CLASS);
        ImageDataSet pixels = PreparedImages.of(images, classes, Map.of());
        while (parts.done() < total) {
            int first = (int) parts.done();
            long most = Math.min((long) batch * BATCHES_AT_ONCE * options.workers(), parts.room());
            byte[] latents = encoded(pixels, first, (int) Math.min(most, total - first), parts.imageBytes());
            parts.append(ByteBuffer.wrap(latents));
            progress.at(parts.done(), total);
        }
    }

    private byte[] encoded(ImageDataSet pixels, int first, int count, int imageBytes) throws IOException {
        byte[] bytes = new byte[Math.multiplyExact(count, imageBytes)];
        try {
            Workers.runBatches(options.workers(), count, batch, (from, to) -> {
                try (NDManager scope = autoencoder.newManager()) {
                    encoded(scope, ImageBatch.of(pixels, first + from, first + to))
                            .toByteBuffer()
                            .get(bytes, from * imageBytes, (to - from) * imageBytes);
                }
            });
        } catch (ArithmeticException e) {
            throw new IOException("images " + first + " to " + (first + count - 1) + ": " + e.getMessage(), e);
        }
        return bytes;
    }

    private NDArray encoded(NDManager scope, ImageBatch batch) {
        NDArray pixels =
                scope.create(batch.pixels(), new Shape(batch.count(), batch.channels(), batch.height(), batch.width()));
        NDArray latents = drawn ? autoencoder.distributions(pixels) : autoencoder.latents(pixels);
        float largest = latents.abs().max().getFloat();
        if (options.element() == Element.FLOAT32 && Float.isFinite(largest)) {
            return latents;
        }
        if (!(largest <= MOST_FLOAT16)) {
            throw new ArithmeticException("their latents are as large as " + largest + ", which "
                    + (Float.isFinite(largest) ? "float16 cannot hold: take float32" : "is no number to train on"));
        }
        return latents.toType(DataType.FLOAT16, false);
    }

    private Latents latents(List<AutoencoderFile> files, LatentParts.Moments moments) {
        AutoencoderDescription description = autoencoder.description();
        return new Latents(
                source.address().toString(),
                source.manifest().sha256(),
                description.kind(),
                files,
                description.imageChannels(),
                description.reduction(),
                description.scaling().factor(),
                description.scaling().shift(),
                moments.mean(),
                moments.std(),
                drawn);
    }

    private void assemble(String name, Path folder, LatentParts parts, Latents latents, Instant now)
            throws IOException {
        try (DataSetAssembly assembly = new DataSetAssembly(
                folder, (int) shape.get(0), (int) shape.get(1), (int) shape.get(2), options.element(), drawn)) {
            for (Path file : parts.files()) {
                assembly.addImages(file);
            }
            Origin origin = new Origin(
                    "dataset:" + latents.dataSet(),
                    (drawn ? "distributions of latents by " : "latents by ") + latents.autoencoder() + ", "
                            + options.arithmetic(),
                    options.element().name().toLowerCase(Locale.ROOT));
            assembly.finish(name, latents, options.files(), images, origin, now);
        }
    }
}
