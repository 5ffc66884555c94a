package io.saddle.diffusion.autoencoder;

import io.saddle.diffusion.network.FlatLayout;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.ScriptBody;
import io.saddle.diffusion.torch.ScalarType;
import io.saddle.diffusion.torch.TorchProgram;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An encoder or a decoder as TorchScript.
 *
 * @param body its layers, on the variable x [B, C, H, W], float32
 * @param results the variables that hold its results, in the type that it computes in
 */
record AutoencoderHalf(ScriptBody body, List<String> results) {

    AutoencoderHalf {
        results = List.copyOf(results);
    }

    FlatLayout layout() {
        return body.layout();
    }

    /** A method {@code name(x, flat)} of its input and its weights, whose results are float32. */
    String method(String name, Precision precision) {
        boolean one = results.size() == 1;
        String type = one
                ? "Tensor"
                : results.stream().map(result -> "Tensor").collect(Collectors.joining(", ", "Tuple[", "]"));
        String values = results.stream()
                .map(result -> precision == Precision.BF16 ? ScalarType.FLOAT32.cast(result) : result)
                .collect(Collectors.joining(", "));
        return body.method(
                name + "(self: " + TorchProgram.SELF + ", x: Tensor, flat: Tensor) -> " + type,
                "    leaves = " + body.leaves("flat") + "\n",
                precision,
                one ? values : "(" + values + ")");
    }
}
