package io.saddle.dataimport;

import io.saddle.artifact.ArtifactStore.FolderWriter;
import io.saddle.artifact.DurableFiles;
import io.saddle.dataimport.picture.Fit;
import io.saddle.dataimport.picture.Picture;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.picture.UnreadablePictureException;
import io.saddle.dataimport.source.PictureSource;
import io.saddle.dataimport.source.SourceException;
import io.saddle.dataimport.source.SourcePicture;
import io.saddle.dataimport.source.Sources;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetException;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.dataset.DataSetManifest.Skipped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * One import: pictures are decoded and made to fit in chunks, each of which is there whole or not at all; what was cut off goes on
 * behind the last one. At last the chunks become a data set.
 */
public final class DataSetImport {

    private static final int PROBED = 64;

    /** Hears how far an import is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * @param pictures read so far, those left out among them
         * @param total of the source; empty if it is known at the end only
         */
        void at(long pictures, OptionalLong total);
    }

    /**
     * Where a data set is to lie.
     *
     * @param <T> what one has of it there
     */
    @FunctionalInterface
    public interface Target<T> {
        /** Makes a folder, has it filled, and keeps it whole or not at all. */
        T put(FolderWriter content) throws IOException;
    }

    private final Path source;
    private final ImportOptions options;
    private final Progress progress;

    public DataSetImport(Path source, ImportOptions options, Progress progress) {
        this.source = source;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Imports the source, going on where an import of the same source with the same options was cut off.
     *
     * @param work a folder for this import only: created if it is missing, emptied if it is of another one, and gone at the end
     * @param target puts what is handed to it in its place
     * @return what the target gives
     * @throws SourceException if the source cannot be imported: nothing is left of it then, but what is done already stays where the
     *     source cannot be opened at all
     * @throws IOException if the source cannot be read now, or what was made of it not be kept: what is done stays
     */
    public <T> T run(Path work, Target<T> target, Instant now) throws IOException {
        try (PictureSource pictures = Sources.open(source, options.attributes())) {
            PictureDecoder decoder = new PictureDecoder(options.background());
            Fit fit = fit(pictures, decoder);
            // Only what follows is about the import that the work is of: before it there may be a mistyped path.
            Chunks chunks = Chunks.in(work, fingerprint(pictures, fit), fit);
            T put;
            try (chunks) {
                put = imported(pictures, decoder, chunks, target, now);
            } catch (SourceException e) {
                DurableFiles.deleteTree(work);
                throw e;
            }
            DurableFiles.deleteTree(work);
            return put;
        }
    }

    private <T> T imported(PictureSource pictures, PictureDecoder decoder, Chunks chunks, Target<T> target, Instant now)
            throws IOException {
        decode(pictures, decoder, chunks);
        requireFewBad(chunks, OptionalLong.of(chunks.pictures()));
        Origin origin = new Origin(
                source.toAbsolutePath().normalize().toString(),
                pictures.layout(),
                chunks.fit().toString());
        return target.put(folder -> assemble(chunks, folder, origin, pictures.notes(), now));
    }

    private void decode(PictureSource pictures, PictureDecoder decoder, Chunks chunks) throws IOException {
        Fit fit = chunks.fit();
        OptionalLong total = pictures.count();
        Decoding.Sink sink = new Decoding.Sink() {
            @Override
            public void good(SourcePicture picture, Picture fitted) throws IOException {
                if (options.holdOut() != null) {
                    HoldOut.requireUndivided(picture);
                }
                chunks.add(fitted, picture.values());
                progress.at(chunks.pictures(), total);
            }

            @Override
            public void bad(SourcePicture picture, String reason) throws IOException {
                chunks.addBad(picture.name(), reason);
                requireFewBad(chunks, total);
                progress.at(chunks.pictures(), total);
            }
        };
        boolean isGreyUnasked = options.channels() == null && fit.channels() == 1;
        try (Decoding decoding =
                new Decoding(decoder, fit, isGreyUnasked, options.threads(), PictureMemory.ofThisProcess(), sink)) {
            pictures.read(chunks.pictures(), decoding::take);
            decoding.finish();
        }
        chunks.finishChunk();
    }

    private void assemble(Chunks chunks, Path folder, Origin origin, List<String> notes, Instant now)
            throws IOException {
        Fit fit = chunks.fit();
        try (DataSetAssembly assembly = new DataSetAssembly(folder, fit.channels(), fit.height(), fit.width())) {
            addRows(chunks, assembly);
            DataSetManifest manifest = assembly.finish(options.name(), origin, chunks.skipped(), notes, now);
            Preview.write(new DataSetFolder(folder, manifest));
        } catch (DataSetException e) {
            throw new SourceException(source + ": " + e.getMessage(), e);
        }
    }

    private void addRows(Chunks chunks, DataSetAssembly assembly) throws IOException {
        if (options.holdOut() == null) {
            chunks.assemble(assembly, UnaryOperator.identity());
            return;
        }
        HoldOut holdOut = new HoldOut(options.holdOut());
        chunks.assemble(assembly, holdOut::divided);
        if (!holdOut.hasBothSides()) {
            throw new SourceException(source + ": no class has so many pictures that a share of " + options.holdOut()
                    + " of them (--hold-out) leaves some on both sides");
        }
    }

    private void requireFewBad(Chunks chunks, OptionalLong total) throws SourceException {
        List<Skipped> skipped = chunks.skipped();
        if (total.isPresent() && skipped.size() > options.maxBad() * total.getAsLong()) {
            Skipped first = skipped.get(0);
            throw new SourceException(String.format(
                    Locale.ROOT,
                    "%s: %d of %d pictures cannot be read so far, more than %.3g %% of all (--max-bad); the first is %s: %s",
                    source,
                    skipped.size(),
                    total.getAsLong(),
                    100 * options.maxBad(),
                    first.file(),
                    first.reason()));
        }
    }

    /** The shape of the images: as asked for, else that of the first pictures. */
    private Fit fit(PictureSource pictures, PictureDecoder decoder) throws IOException {
        List<Shape> probed = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        pictures.read(0, picture -> {
            probe(picture, decoder, probed, bad);
            return probed.size() + bad.size() < PROBED;
        });
        if (probed.isEmpty() && bad.isEmpty()) {
            throw new SourceException(source + " has no picture in it");
        }
        if (probed.isEmpty()) {
            throw new SourceException(
                    source + ": none of the first " + bad.size() + " pictures can be read; the first is " + bad.get(0));
        }
        Shape first = probed.get(0);
        int channels = options.channels() != null
                ? options.channels()
                : probed.stream().mapToInt(Shape::channels).max().orElseThrow();
        if (options.size() != null) {
            return new Fit(channels, options.size(), options.size(), options.filter());
        }
        for (Shape shape : probed) {
            if (shape.height() != first.height() || shape.width() != first.width()) {
                throw new SourceException(
                        source + ": the pictures have different sizes, for example " + first.width() + "x"
                                + first.height() + " and " + shape.width() + "x" + shape.height()
                                + ": say which one the images are to have (--size)");
            }
        }
        if (Math.max(first.height(), first.width()) > ImportOptions.MOST_SIZE) {
            throw new SourceException(source + ": the pictures are " + first.width() + "x" + first.height()
                    + ": say which size the images are to have (--size)");
        }
        return new Fit(channels, first.height(), first.width(), null);
    }

    /** All that is kept of a picture that was looked at: a few dozen large ones would fill the heap. */
    private record Shape(int channels, int height, int width) {}

    private static void probe(SourcePicture picture, PictureDecoder decoder, List<Shape> probed, List<String> bad)
            throws IOException {
        try {
            Picture decoded = picture.content().decode(decoder);
            probed.add(new Shape(decoded.channels(), decoded.height(), decoded.width()));
        } catch (UnreadablePictureException e) {
            bad.add(picture.name() + ": " + e.getMessage());
        }
    }

    /** What makes an import the same one: source with the files beside it, options and shape. */
    private String fingerprint(PictureSource pictures, Fit fit) throws IOException {
        StringBuilder text = new StringBuilder();
        Set<Path> files = new LinkedHashSet<>();
        files.add(source);
        if (options.attributes() != null) {
            files.add(options.attributes());
        }
        files.addAll(pictures.files());
        for (Path file : files) {
            text.append(file.toAbsolutePath().normalize())
                    .append(' ')
                    .append(TreeState.of(file))
                    .append('\n');
        }
        return text.append(pictures.layout())
                .append(' ')
                .append(pictures.count())
                .append('\n')
                .append(fit)
                .append(" on ")
                .append(options.background())
                // Nobody looked then whether what was done is divided already.
                .append(options.holdOut() == null ? "" : ", held out of")
                .toString();
    }
}
