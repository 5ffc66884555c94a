package io.saddle.diffusion.network;

import io.saddle.diffusion.network.ParameterSpec.Initial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the TorchScript of a network's forward pass, layer by layer, and collects the parameters that the layers need. Every
 * method returns the name of the variable that holds its result.
 */
final class ScriptBody {
    private final List<ParameterSpec> parameters = new ArrayList<>();
    private final StringBuilder lines = new StringBuilder();
    private int variables;
    private int end;

    /** Adds one statement with the given right-hand side. */
    String op(String format, Object... arguments) {
        String variable = "v" + variables++;
        lines.append("    ")
                .append(variable)
                .append(" = ")
                .append(String.format(format, arguments))
                .append('\n');
        return variable;
    }

    /** A square convolution with bias. */
    String conv2d(String name, String x, int in, int out, int kernel, int stride, int padding) {
        int fanIn = in * kernel * kernel;
        String weight = parameter(name + ".weight", Initial.UNIFORM, fanIn, out, in, kernel, kernel);
        String bias = parameter(name + ".bias", Initial.UNIFORM, fanIn, out);
        return op("torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d])", x, weight, bias, stride, stride, padding, padding);
    }

    /** A linear layer with bias. */
    String linear(String name, String x, int in, int out) {
        String weight = parameter(name + ".weight", Initial.UNIFORM, in, out, in);
        String bias = parameter(name + ".bias", Initial.UNIFORM, in, out);
        return op("torch.linear(%s, %s, %s)", x, weight, bias);
    }

    /** Group normalisation; its parameters stay float32 in every precision. */
    String groupNorm(String name, String x, int channels, int groups, double eps) {
        String weight = parameter(name + ".weight", Initial.ONES, 1, channels);
        String bias = parameter(name + ".bias", Initial.ZEROS, 1, channels);
        return op("torch.group_norm(%s, %d, %s, %s, %s)", x, groups, weight, bias, eps);
    }

    String silu(String x) {
        return op("torch.silu(%s)", x);
    }

    String add(String x, String y) {
        return op("torch.add(%s, %s)", x, y);
    }

    /** Divides by a fixed factor; nothing to do for 1. */
    String rescale(String x, double factor) {
        return factor == 1 ? x : op("torch.div(%s, %s)", x, factor);
    }

    FlatLayout layout() {
        return new FlatLayout(parameters);
    }

    /**
     * The whole method: splits {@code flat} into views of the parameters, runs the body, returns {@code result}.
     *
     * @param signature of the method, with an argument {@code flat: Tensor}
     * @param precision of weights and activations
     * @param casts statements that bring the inputs to that precision
     */
    String method(String signature, Precision precision, String casts, String result) {
        String sizes = String.join(
                ", ", parameters.stream().map(p -> Integer.toString(p.size())).toList());
        StringBuilder method =
                new StringBuilder("  def ").append(signature).append(":\n").append(casts);
        method.append("    s = torch.split_with_sizes(flat, [").append(sizes).append("], 0)\n");
        if (precision == Precision.BF16) {
            method.append("    h = torch.split_with_sizes(torch.to(flat, 15), [")
                    .append(sizes)
                    .append("], 0)\n");
        }
        for (int i = 0; i < parameters.size(); i++) {
            ParameterSpec parameter = parameters.get(i);
            boolean half = precision == Precision.BF16 && parameter.initial() == Initial.UNIFORM;
            method.append("    p")
                    .append(i)
                    .append(" = torch.view(")
                    .append(half ? "h[" : "s[")
                    .append(i)
                    .append("], ");
            method.append(Arrays.toString(parameter.shape())).append(")\n");
        }
        return method.append(lines)
                .append("    return ")
                .append(result)
                .append('\n')
                .toString();
    }

    private String parameter(String name, Initial initial, int fanIn, long... shape) {
        ParameterSpec spec = new ParameterSpec(name, shape, end, initial, fanIn);
        parameters.add(spec);
        end = Math.addExact(end, spec.size());
        return "p" + (parameters.size() - 1);
    }
}
