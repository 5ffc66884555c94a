package io.saddle.diffusion.files;

import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.ParameterSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A network's flat vector of weights as named tensors of a safetensors file. */
public final class FlatTensors {
    private static final Pattern OLD_ATTENTION =
            Pattern.compile("(.*\\battentions\\.\\d+\\.)(query|key|value|proj_attn)(\\.weight|\\.bias)");
    private static final Map<String, String> CURRENT =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    private FlatTensors() {}

    /** The weights as tensors, sorted by name as the safetensors libraries write them. */
    public static TensorFile toFile(FlatLayout layout, float[] weights) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        layout.parameters().stream()
                .sorted(Comparator.comparing(ParameterSpec::name))
                .forEach(p -> tensors.put(p.name(), Tensor.floats(p.shape(), weights, p.offset(), p.size())));
        return new TensorFile(tensors, Map.of("format", "pt"));
    }

    /**
     * The weights that a file holds for this network. Half precision is widened to float32; the names that diffusers gave
     * attention's layers before version 0.18 ({@code query, key, value, proj_attn}) are read as today's, as diffusers does.
     *
     * @param file named in errors
     * @throws IOException listing parameters that are missing, left over or of another shape
     */
    public static float[] fromFile(Path file, TensorFile content, FlatLayout layout) throws IOException {
        Map<String, Tensor> tensors = byCurrentName(content.tensors());
        requireFit(file, layout, tensors, Tensor::type, Tensor::shape);
        float[] weights = new float[layout.size()];
        for (ParameterSpec parameter : layout.parameters()) {
            float[] values = tensors.get(parameter.name()).toFloats();
            System.arraycopy(values, 0, weights, parameter.offset(), parameter.size());
        }
        return weights;
    }

    /**
     * Looks at a file's header alone for what {@link #fromFile} refuses.
     *
     * @throws IOException as {@link #fromFile}
     */
    static void requireFit(Path file, TensorHeader header, FlatLayout layout) throws IOException {
        Map<String, TensorHeader.Entry> entries = new LinkedHashMap<>();
        header.entries().forEach(entry -> entries.put(entry.name(), entry));
        requireFit(file, layout, byCurrentName(entries), TensorHeader.Entry::type, TensorHeader.Entry::shape);
    }

    private static <T> void requireFit(
            Path file,
            FlatLayout layout,
            Map<String, T> tensors,
            Function<T, TensorType> type,
            Function<T, long[]> shape)
            throws IOException {
        List<String> problems = new ArrayList<>();
        TreeSet<String> leftOver = new TreeSet<>(tensors.keySet());
        TreeSet<String> missing = new TreeSet<>();
        for (ParameterSpec parameter : layout.parameters()) {
            T tensor = tensors.get(parameter.name());
            leftOver.remove(parameter.name());
            if (tensor == null) {
                missing.add(parameter.name());
            } else if (!Arrays.equals(shape.apply(tensor), parameter.shape())) {
                problems.add(parameter.name() + " has shape " + Arrays.toString(shape.apply(tensor))
                        + ", the configuration asks for " + Arrays.toString(parameter.shape()));
            } else if (!type.apply(tensor).isFloatingPoint()) {
                problems.add(parameter.name() + " has the type " + type.apply(tensor) + ", expected F32");
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
    }

    private static <T> Map<String, T> byCurrentName(Map<String, T> content) {
        Map<String, T> tensors = new LinkedHashMap<>();
        content.forEach((name, tensor) -> {
            Matcher old = OLD_ATTENTION.matcher(name);
            String current = old.matches() ? old.group(1) + CURRENT.get(old.group(2)) + old.group(3) : name;
            // Where a file has both, the old one is left over.
            tensors.put(content.containsKey(current) ? name : current, tensor);
        });
        return tensors;
    }
}
