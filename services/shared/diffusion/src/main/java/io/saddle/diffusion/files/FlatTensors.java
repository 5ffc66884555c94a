package io.saddle.diffusion.files;

import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.ParameterSpec;
import io.saddle.diffusion.torch.HostVector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A network's flat vector of weights as named tensors of a safetensors file. */
public final class FlatTensors {
    private static final Pattern OLD_ATTENTION =
            Pattern.compile("(.*\\battentions\\.\\d+\\.)(query|key|value|proj_attn)(\\.weight|\\.bias)");
    private static final Map<String, String> CURRENT =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    private FlatTensors() {}

    /**
     * Writes the weights as tensors, sorted by name as the safetensors libraries write them, and forces them to the disk; an
     * existing file is overwritten.
     */
    public static void write(Path file, FlatLayout layout, HostVector weights) throws IOException {
        Map<String, TensorHeader.Kind> kinds = new LinkedHashMap<>();
        List<ByteBuffer> parts = new ArrayList<>();
        layout.parameters().stream()
                .sorted(Comparator.comparing(ParameterSpec::name))
                .forEach(parameter -> {
                    kinds.put(parameter.name(), new TensorHeader.Kind(TensorType.F32, parameter.shape()));
                    parts.addAll(weights.parts(parameter.offset(), parameter.size()));
                });
        parts.add(0, TensorHeader.bytes(kinds, Map.of("format", "pt")));
        DurableFile.write(file, parts);
    }

    /**
     * The weights that a file holds for this network; the caller closes them. Half precision is widened to float32; the names
     * that diffusers gave attention's layers before version 0.18 ({@code query, key, value, proj_attn}) are read as today's, as
     * diffusers does.
     *
     * @throws IOException if the file is damaged, or listing parameters that are missing, left over or of another shape
     */
    public static HostVector read(Path file, FlatLayout layout) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            TensorHeader header = TensorHeader.read(file, channel);
            Map<String, TensorHeader.Entry> entries = requireFit(file, header, layout);
            HostVector weights = HostVector.zeros(layout.size());
            try {
                for (ParameterSpec parameter : layout.parameters()) {
                    VectorFile.fill(file, channel, header, entries.get(parameter.name()), weights, parameter.offset());
                }
                return weights;
            } catch (IOException | RuntimeException e) {
                weights.close();
                throw e;
            }
        }
    }

    /**
     * Looks at a file's header alone for what {@link #read} refuses.
     *
     * @return the tensors by the names of today
     * @throws IOException as {@link #read}
     */
    static Map<String, TensorHeader.Entry> requireFit(Path file, TensorHeader header, FlatLayout layout)
            throws IOException {
        Map<String, TensorHeader.Entry> entries = byCurrentName(header.entries());
        List<String> problems = new ArrayList<>();
        TreeSet<String> leftOver = new TreeSet<>(entries.keySet());
        TreeSet<String> missing = new TreeSet<>();
        for (ParameterSpec parameter : layout.parameters()) {
            TensorHeader.Entry tensor = entries.get(parameter.name());
            leftOver.remove(parameter.name());
            if (tensor == null) {
                missing.add(parameter.name());
            } else if (!Arrays.equals(tensor.shape(), parameter.shape())) {
                problems.add(parameter.name() + " has shape " + Arrays.toString(tensor.shape())
                        + ", the configuration asks for " + Arrays.toString(parameter.shape()));
            } else if (!tensor.type().isFloatingPoint()) {
                problems.add(parameter.name() + " has the type " + tensor.type() + ", expected F32");
            }
        }
        if (!missing.isEmpty()) {
            problems.add("missing: " + missing);
        }
        if (!leftOver.isEmpty()) {
            problems.add("left over: " + leftOver);
        }
        if (!problems.isEmpty()) {
            throw new IOException(
                    file + ": the weights do not fit the network's configuration: " + String.join("; ", problems));
        }
        return entries;
    }

    private static Map<String, TensorHeader.Entry> byCurrentName(List<TensorHeader.Entry> entries) {
        Set<String> names = entries.stream().map(TensorHeader.Entry::name).collect(Collectors.toSet());
        Map<String, TensorHeader.Entry> tensors = new LinkedHashMap<>();
        for (TensorHeader.Entry entry : entries) {
            Matcher old = OLD_ATTENTION.matcher(entry.name());
            String current = old.matches() ? old.group(1) + CURRENT.get(old.group(2)) + old.group(3) : entry.name();
            // Where a file has both, the old one is left over.
            tensors.put(names.contains(current) ? entry.name() : current, entry);
        }
        return tensors;
    }
}
