package io.saddle.lab.bench.pytorch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.PythonPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A way to run the same network in PyTorch, which {@code infra/lab/peers/variants.py} knows, too.
 *
 * @param layout of images and weights in memory
 * @param tunedMalloc whether glibc is told to keep freed memory, as saddle tells it
 * @param attention how attention is computed
 * @param compiled whether the network goes through {@code torch.compile}, which needs a C++ compiler
 */
public record PyTorchVariant(Layout layout, boolean tunedMalloc, Attention attention, boolean compiled) {

    /** As people write it: eager, contiguous, malloc and attention as they come. */
    public static final PyTorchVariant AS_IT_COMES =
            new PyTorchVariant(Layout.CONTIGUOUS, false, Attention.AS_IT_COMES, false);

    private static final String INDUCTOR_CACHE = "TORCHINDUCTOR_CACHE_DIR";

    /** The order of an image's values in memory. */
    public enum Layout {
        CONTIGUOUS("contiguous"),
        CHANNELS_LAST("channels-last");

        private final String key;

        Layout(String key) {
            this.key = key;
        }
    }

    /** The way in which attention is computed. */
    public enum Attention {
        /** PyTorch's function. */
        AS_IT_COMES("as-it-comes", ""),
        /** PyTorch's function in float32, within a network in bfloat16. */
        FP32("fp32", "attention in fp32"),
        /** Heads as rows of the batch, two matrix products and a softmax. */
        FOLDED("folded", "heads folded");

        private final String key;
        private final String words;

        Attention(String key, String words) {
            this.key = key;
            this.words = words;
        }
    }

    /** Every variant that there is at a precision, eager or compiled. */
    public static List<PyTorchVariant> all(Precision precision, boolean compiled) {
        List<PyTorchVariant> variants = new ArrayList<>();
        for (Attention attention : Attention.values()) {
            if (attention != Attention.FP32 || precision == Precision.BF16) {
                for (Layout layout : Layout.values()) {
                    variants.add(new PyTorchVariant(layout, false, attention, compiled));
                    variants.add(new PyTorchVariant(layout, true, attention, compiled));
                }
            }
        }
        return variants;
    }

    /** For example {@code eager, channels-last, tuned malloc, heads folded}. */
    public String title() {
        return Stream.of(
                        compiled ? "torch.compile" : "eager",
                        layout.key,
                        tunedMalloc ? "tuned malloc" : "",
                        attention.words)
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining(", "));
    }

    /**
     * What its process's environment has beside ours.
     *
     * @param compiledCode the folder where compiled networks are kept for the next process
     */
    public Map<String, String> environment(Path compiledCode) {
        Map<String, String> environment = new HashMap<>(tunedMalloc ? PythonPeer.TUNED_MALLOC : Map.of());
        environment.put(INDUCTOR_CACHE, compiledCode.toAbsolutePath().toString());
        return environment;
    }

    /** A worker's configuration with this variant in it. */
    public ObjectNode in(ObjectNode configuration) {
        ObjectNode json = configuration.deepCopy();
        json.set(
                "variant",
                Json.object()
                        .put("layout", layout.key)
                        .put("attention", attention.key)
                        .put("compiled", compiled));
        return json;
    }
}
