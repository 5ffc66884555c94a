package io.saddle.diffusion.files;

import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A safetensors file of float32 vectors of any length, which goes between disk and native memory past the heap. */
public final class VectorFile {

    private VectorFile() {}

    /** Writes vectors in this order and forces them to the disk; an existing file is overwritten. */
    public static void write(Path file, Map<String, HostVector> vectors, Map<String, String> metadata)
            throws IOException {
        Map<String, TensorHeader.Kind> kinds = new LinkedHashMap<>();
        List<ByteBuffer> parts = new ArrayList<>();
        vectors.forEach((name, vector) -> {
            kinds.put(name, new TensorHeader.Kind(TensorType.F32, new long[] {vector.size()}));
            parts.addAll(vector.parts());
        });
        parts.add(0, TensorHeader.bytes(kinds, metadata));
        DurableFile.write(file, parts);
    }

    /**
     * Reads these vectors; the caller closes them.
     *
     * @throws IOException if the file is damaged, or has none of this name, type and number of dimensions
     */
    public static Map<String, HostVector> read(Path file, List<String> names) throws IOException {
        Map<String, HostVector> vectors = new LinkedHashMap<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            TensorHeader header = TensorHeader.read(file, channel);
            for (String name : names) {
                TensorHeader.Entry entry = header.entries().stream()
                        .filter(e -> e.name().equals(name) && e.type() == TensorType.F32 && e.shape().length == 1)
                        .findFirst()
                        .orElseThrow(() -> new IOException(file + ": there is no float32 vector " + name));
                HostVector vector = HostVector.zeros(entry.shape()[0]);
                vectors.put(name, vector);
                fill(file, channel, header, entry, vector, 0);
            }
            return vectors;
        } catch (IOException | RuntimeException e) {
            vectors.values().forEach(HostVector::close);
            throw e;
        }
    }

    /**
     * Reads a tensor into a part of a vector, widened to float32 where the file has less.
     *
     * @param offset of the part, which is as long as the tensor
     */
    static void fill(
            Path file,
            FileChannel channel,
            TensorHeader header,
            TensorHeader.Entry entry,
            HostVector vector,
            long offset)
            throws IOException {
        long position = header.dataStart() + entry.begin();
        for (ByteBuffer part : vector.parts(offset, entry.bytes() / entry.type().bytes())) {
            if (entry.type() == TensorType.F32) {
                TensorHeader.readFully(file, channel, position, part);
                position += part.limit();
                continue;
            }
            int count = part.remaining() / Float.BYTES;
            ByteBuffer narrow = ByteBuffer.allocate(count * entry.type().bytes());
            TensorHeader.readFully(file, channel, position, narrow);
            position += narrow.limit();
            part.asFloatBuffer().put(new Tensor(entry.type(), new long[] {count}, narrow).toFloats());
        }
    }
}
