package io.saddle.dataimport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import io.saddle.artifact.DurableFiles;
import io.saddle.dataimport.picture.Fit;
import io.saddle.dataimport.picture.Picture;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest.Skipped;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The pictures of an import as far as they are done: folders of some thousands each, {@code chunk-00000} and so on, with a file of
 * images and a line for each picture of the source. A chunk that was not finished is made again.
 */
final class Chunks implements Closeable {

    private static final String IDENTITY = "import.txt";
    private static final String IMAGES = "images.bin";
    private static final String ROWS = "rows.jsonl";
    private static final String UNFINISHED = "unfinished";
    private static final long BYTES = 64L << 20;
    private static final long MOST_PICTURES = 2048;

    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new ParameterNamesModule()).build();

    /**
     * A picture of the source.
     *
     * @param values by column; null if it could not be read
     * @param bad why not; null if it could
     */
    private record Row(Map<String, String> values, Skipped bad) {}

    private final Path folder;
    private final Fit fit;
    private final List<Skipped> skipped = new ArrayList<>();
    private long pictures;
    private int finished;
    private long open;
    private OutputStream images;
    private OutputStream rows;

    private Chunks(Path folder, Fit fit) {
        this.folder = folder;
        this.fit = fit;
    }

    /**
     * Those of a folder.
     *
     * @param identity of the import; if the folder has another one's, it is emptied
     */
    static Chunks in(Path folder, String identity, Fit fit) throws IOException {
        Path file = folder.resolve(IDENTITY);
        if (!Files.exists(file) || !Files.readString(file).equals(identity)) {
            DurableFiles.deleteTree(folder);
            Files.createDirectories(folder);
            Path written = folder.resolve(IDENTITY + ".new");
            Files.writeString(written, identity);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        }
        Chunks chunks = new Chunks(folder, fit);
        while (Files.exists(chunks.chunk(chunks.finished))) {
            chunks.forEachRow(chunks.finished++, chunks::count);
        }
        return chunks;
    }

    private Path chunk(int number) {
        return folder.resolve(String.format("chunk-%05d", number));
    }

    private void count(Row row) {
        pictures++;
        if (row.bad() != null) {
            skipped.add(row.bad());
        }
    }

    /** The shape of the images. */
    Fit fit() {
        return fit;
    }

    /** Number of pictures of the source so far. */
    long pictures() {
        return pictures;
    }

    /** Those that could not be read. */
    List<Skipped> skipped() {
        return skipped;
    }

    /** Appends a picture. */
    void add(Picture picture, Map<String, String> values) throws IOException {
        begin();
        images.write(picture.levels());
        append(new Row(values, null));
    }

    /** Appends a picture that could not be read. */
    void addBad(String file, String reason) throws IOException {
        begin();
        append(new Row(null, new Skipped(file, reason)));
    }

    private void begin() throws IOException {
        if (images == null) {
            Path chunk = folder.resolve(UNFINISHED);
            DurableFiles.deleteTree(chunk);
            Files.createDirectories(chunk);
            images = new BufferedOutputStream(Files.newOutputStream(chunk.resolve(IMAGES)), 1 << 16);
            rows = new BufferedOutputStream(Files.newOutputStream(chunk.resolve(ROWS)), 1 << 16);
            open = 0;
        }
    }

    private void append(Row row) throws IOException {
        rows.write(JSON.writeValueAsBytes(row));
        rows.write('\n');
        count(row);
        long each = (long) fit.channels() * fit.height() * fit.width();
        if (++open == Math.max(1, Math.min(MOST_PICTURES, BYTES / each))) {
            finishChunk();
        }
    }

    /** Makes what was appended durable. */
    void finishChunk() throws IOException {
        if (images == null) {
            return;
        }
        close();
        Path chunk = folder.resolve(UNFINISHED);
        DurableFiles.syncTree(chunk);
        Files.move(chunk, chunk(finished), StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.sync(folder);
        finished++;
    }

    /**
     * Hands all images and their values over.
     *
     * @param completed makes the values of an image from those that the source has, in the source's order
     */
    void assemble(DataSetAssembly assembly, UnaryOperator<Map<String, String>> completed) throws IOException {
        for (int i = 0; i < finished; i++) {
            assembly.addImages(chunk(i).resolve(IMAGES));
            forEachRow(i, row -> {
                if (row.values() != null) {
                    assembly.addRow(completed.apply(row.values()));
                }
            });
        }
    }

    @FunctionalInterface
    private interface RowVisitor {
        void visit(Row row) throws IOException;
    }

    private void forEachRow(int number, RowVisitor visitor) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(chunk(number).resolve(ROWS), StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                visitor.visit(JSON.readValue(line, Row.class));
            }
        } catch (JsonProcessingException | UncheckedIOException e) {
            throw new IOException(chunk(number) + " is damaged; delete " + folder + ", and import anew", e);
        }
    }

    /** Leaves what is not finished as it is. */
    @Override
    public void close() throws IOException {
        if (images != null) {
            images.close();
            rows.close();
            images = null;
        }
    }
}
