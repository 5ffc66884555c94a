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
        List<String> problems = new ArrayList<>();
        Map<String, Tensor> tensors = byCurrentName(content);
        TreeSet<String> leftOver = new TreeSet<>(tensors.keySet());
        TreeSet<String> missing = new TreeSet<>();
        float[] weights = new float[layout.size()];
        for (ParameterSpec parameter : layout.parameters()) {
            Tensor tensor = tensors.get(parameter.name());
            leftOver.remove(parameter.name());
            if (tensor == null) {
                missing.add(parameter.name());
            } else if (!Arrays.equals(tensor.shape(), parameter.shape())) {
                problems.add(parameter.name() + " has shape " + Arrays.toString(tensor.shape())
                        + ", the configuration asks for " + Arrays.toString(parameter.shape()));
            } else if (tensor.type().isFloatingPoint()) {
                System.arraycopy(tensor.toFloats(), 0, weights, parameter.offset(), parameter.size());
            } else {
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
        return weights;
    }

    private static Map<String, Tensor> byCurrentName(TensorFile content) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        content.tensors().forEach((name, tensor) -> {
            Matcher old = OLD_ATTENTION.matcher(name);
            String current = old.matches() ? old.group(1) + CURRENT.get(old.group(2)) + old.group(3) : name;
            // Where a file has both, the old one is left over.
            tensors.put(content.tensors().containsKey(current) ? name : current, tensor);
        });
        return tensors;
    }
}
