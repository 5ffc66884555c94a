package io.saddle.diffusion.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file: named tensors as raw little-endian bytes behind a JSON header. Reading checks the header before memory
 * is taken: sizes, offsets without gaps or overlaps, shapes, names. What was read is written back byte for byte. It lies on the
 * heap: a network's weights are read by {@link FlatTensors}.
 *
 * @param tensors by name, in the order of their bytes
 * @param metadata the header's free text entries
 */
public record TensorFile(Map<String, Tensor> tensors, Map<String, String> metadata) {

    private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

    public TensorFile {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Reads a file.
     *
     * @throws IOException naming file, tensor and remedy
     */
    public static TensorFile read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            TensorHeader header = TensorHeader.read(file, channel);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (TensorHeader.Entry entry : header.entries()) {
                if (entry.bytes() > MOST_BYTES) {
                    throw new IOException(file + ": tensor " + entry.name() + " has " + entry.bytes()
                            + " bytes; tensors of up to 2 GB can be read");
                }
                ByteBuffer data = ByteBuffer.allocate((int) entry.bytes()).order(ByteOrder.LITTLE_ENDIAN);
                TensorHeader.readFully(file, channel, header.dataStart() + entry.begin(), data);
                tensors.put(entry.name(), new Tensor(entry.type(), entry.shape(), data));
            }
            return new TensorFile(tensors, header.metadata());
        }
    }

    /** Writes the file and forces it to the disk; an existing file is overwritten. */
    public void write(Path file) throws IOException {
        List<ByteBuffer> parts = new ArrayList<>();
        Map<String, TensorHeader.Kind> kinds = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> kinds.put(name, new TensorHeader.Kind(tensor.type(), tensor.shape())));
        parts.add(TensorHeader.bytes(kinds, metadata));
        tensors.values().forEach(tensor -> parts.add(tensor.data().duplicate().rewind()));
        DurableFile.write(file, parts);
    }

    /**
     * The tensor of this name.
     *
     * @throws IllegalArgumentException naming the tensors that exist
     */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor " + name + "; there are " + tensors.keySet());
        }
        return tensor;
    }
}
