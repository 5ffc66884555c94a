package io.saddle.model.latents;

import io.saddle.artifact.DurableFiles;
import io.saddle.dataset.Element;
import io.saddle.diffusion.files.Tensor;
import io.saddle.diffusion.files.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The latents of an encoding as far as they are done, in files of up to 64 MiB. How many are done is written down after they are durable;
 * what was written behind that is written again, and all of it where less is there.
 */
final class LatentParts {
    private static final String IDENTITY = "encoding.txt";
    private static final String DONE = "done.txt";
    private static final long PART_BYTES = 64L << 20;

    /** Mean and standard deviation of all latents; of distributions, those of what is drawn. */
    record Moments(double mean, double std) {}

    private final Path folder;
    private final Element element;
    private final int size;
    private final boolean drawn;
    private final long perPart;
    private long done;

    private LatentParts(Path folder, Element element, int size, boolean drawn) {
        this.folder = folder;
        this.element = element;
        this.size = size;
        this.drawn = drawn;
        perPart = Math.max(1, PART_BYTES / imageBytes());
    }

    /**
     * Those of a folder.
     *
     * @param identity of the encoding; if the folder has another one's, it is emptied
     * @param total images of the encoding
     * @param size numbers in one image's latents
     * @param drawn true if as many standard deviations lie behind each image's
     * @param note is told if the folder is emptied because it lacks what was done
     */
    static LatentParts in(
            Path folder, String identity, long total, Element element, int size, boolean drawn, Consumer<String> note)
            throws IOException {
        byte[] wanted = identity.getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve(IDENTITY);
        LatentParts parts = new LatentParts(folder, element, size, drawn);
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), wanted)) {
            Optional<String> damage = parts.goOn(total);
            if (damage.isEmpty()) {
                return parts;
            }
            note.accept("what was encoded before is damaged (" + damage.get() + "): encoding all images anew");
        }
        DurableFiles.deleteTree(folder);
        Files.createDirectories(folder);
        DurableFiles.replace(file, wanted);
        parts.done = 0;
        return parts;
    }

    /** Takes what is done from the folder, or says what is wrong with it. */
    private Optional<String> goOn(long total) throws IOException {
        Path said = folder.resolve(DONE);
        if (!Files.exists(said)) {
            return Optional.empty();
        }
        String text = new String(Files.readAllBytes(said), StandardCharsets.ISO_8859_1);
        if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) > total) {
            return Optional.of(said + " is no number of images up to " + total);
        }
        done = Long.parseLong(text);
        for (long first = 0; first < done; first += perPart) {
            long images = Math.min(perPart, done - first);
            Path part = part(first / perPart);
            long bytes = Files.isRegularFile(part) ? Files.size(part) : 0;
            // What a crash left behind what was done, in the part that is written next, is written over.
            boolean goesOn = images < perPart && done < total;
            if (bytes < images * imageBytes() || bytes > images * imageBytes() && !goesOn) {
                return Optional.of(part + " has " + bytes + " bytes, not " + images * imageBytes());
            }
        }
        return Optional.empty();
    }

    /** Images whose latents are durable. */
    long done() {
        return done;
    }

    /** Bytes of one image's latents. */
    int imageBytes() {
        return numbers() * element.bytes();
    }

    private int numbers() {
        return drawn ? 2 * size : size;
    }

    /** How many more images go into the file that is open. */
    long room() {
        return perPart - done % perPart;
    }

    /** Makes the latents of the next images durable, at most {@link #room} of them. */
    void append(ByteBuffer latents) throws IOException {
        int images = latents.remaining() / imageBytes();
        try (FileChannel part =
                FileChannel.open(part(done / perPart), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long from = done % perPart * imageBytes();
            part.truncate(from);
            part.position(from);
            while (latents.hasRemaining()) {
                part.write(latents);
            }
            part.force(true);
        }
        done += images;
        DurableFiles.replace(folder.resolve(DONE), Long.toString(done).getBytes(StandardCharsets.UTF_8));
    }

    /** The files, in order; all latents are done. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (long first = 0; first < done; first += perPart) {
            files.add(part(first / perPart));
        }
        return files;
    }

    /** Reads all of them. */
    Moments moments() throws IOException {
        double sum = 0;
        double squares = 0;
        ByteBuffer image = ByteBuffer.allocate(imageBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (Path file : files()) {
            try (FileChannel part = FileChannel.open(file, StandardOpenOption.READ)) {
                while (part.read(image) >= 0) {
                    if (image.hasRemaining()) {
                        continue;
                    }
                    float[] values = floats(image);
                    for (int i = 0; i < values.length; i++) {
                        sum += i < size ? values[i] : 0;
                        squares += (double) values[i] * values[i];
                    }
                    image.clear();
                }
            }
        }
        double count = (double) done * size;
        double mean = sum / count;
        return new Moments(mean, Math.sqrt(Math.max(0, squares / count - mean * mean)));
    }

    private float[] floats(ByteBuffer image) {
        TensorType type = element == Element.FLOAT16 ? TensorType.F16 : TensorType.F32;
        return new Tensor(type, new long[] {numbers()}, image).toFloats();
    }

    private Path part(long number) {
        return folder.resolve(String.format("latents-%05d.bin", number));
    }
}
