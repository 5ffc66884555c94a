package io.saddle.diffusion.network;

import io.saddle.diffusion.network.ParameterSpec.Initial;
import io.saddle.diffusion.torch.ScalarType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the TorchScript of a network's forward pass, layer by layer, and collects the parameters that the layers need. Every
 * method returns the name of the variable that holds its result.
 */
public final class ScriptBody {
    /** Pixels of the largest image whose matrix of all pixels against all is cheap enough to be kept. */
    private static final int SMALL_IMAGE = 256;

    private final boolean normsInFloat32;
    private final List<ParameterSpec> parameters = new ArrayList<>();
    private final StringBuilder lines = new StringBuilder();
    private int variables;
    private int end;

    public ScriptBody() {
        this(false);
    }

    /**
     * @param normsInFloat32 whether bfloat16 activations are normalised in float32 and brought back: on a GPU, whose kernel refuses
     *     activations and parameters of two types, which the CPU's takes
     */
    public ScriptBody(boolean normsInFloat32) {
        this.normsInFloat32 = normsInFloat32;
    }

    /** Adds one statement with the given right-hand side. */
    public String op(String format, Object... arguments) {
        String variable = "v" + variables++;
        lines.append("    ")
                .append(variable)
                .append(" = ")
                .append(String.format(format, arguments))
                .append('\n');
        return variable;
    }

    /** A square convolution with bias. */
    public String conv2d(String name, String x, int in, int out, int kernel, int stride, int padding) {
        int fanIn = in * kernel * kernel;
        String weight = parameter(name + ".weight", Initial.UNIFORM, fanIn, out, in, kernel, kernel);
        String bias = parameter(name + ".bias", Initial.UNIFORM, fanIn, out);
        return op("torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d])", x, weight, bias, stride, stride, padding, padding);
    }

    /** A 3x3 convolution without bias (padding 1). */
    public String conv2dWithoutBias(String name, String x, int in, int out, int stride) {
        String weight = parameter(name + ".weight", Initial.UNIFORM, in * 9, out, in, 3, 3);
        return op("torch.conv2d(%s, %s, None, [%d, %d], [1, 1])", x, weight, stride, stride);
    }

    /** A 1x1 convolution with bias: a matrix product for each image, which spares libtorch two changes of layout. */
    public String pointwise(String name, String x, int in, int out) {
        String weight = parameter(name + ".weight", Initial.UNIFORM, in, out, in, 1, 1);
        String bias = parameter(name + ".bias", Initial.UNIFORM, in, out);
        String pixels = op("torch.flatten(%s, 2)", x);
        String matrix =
                op("torch.expand(torch.view(%s, [1, %d, %d]), [torch.size(%s, 0), -1, -1])", weight, out, in, x);
        String product = op("torch.baddbmm(torch.view(%s, [1, %d, 1]), %s, %s)", bias, out, matrix, pixels);
        return op("torch.unflatten(%s, 2, [torch.size(%s, 2), torch.size(%s, 3)])", product, x, x);
    }

    /**
     * A 3x3 convolution with bias (padding 1) of an image doubled by nearest neighbours, without the doubled image: each of the
     * four phases of the result sees 2x2 pixels of {@code x}, weighted by sums of the kernel's rows and columns. 4/9 of the
     * multiplications.
     */
    public String doubledConv2d(String name, String x, int in, int out) {
        int fanIn = 9 * in;
        String weight = parameter(name + ".weight", Initial.UNIFORM, fanIn, out, in, 3, 3);
        String bias = parameter(name + ".bias", Initial.UNIFORM, fanIn, out);
        String[] rows = new String[2];
        for (int i = 0; i < 2; i++) {
            String[] columns = new String[2];
            String kernelRows = halved(weight, 2, i);
            for (int j = 0; j < 2; j++) {
                String phase = op("torch.conv2d(%s, %s, %s, [1, 1], [1, 1])", x, halved(kernelRows, 3, j), bias);
                columns[j] = window(window(phase, 2, i), 3, j);
            }
            rows[i] = op("torch.stack([%s, %s], 4)", columns[0], columns[1]);
        }
        String interleaved = op("torch.stack([%s, %s], 3)", rows[0], rows[1]);
        return op("torch.flatten(torch.flatten(%s, 4, 5), 2, 3)", interleaved);
    }

    /** The kernel along one dimension as an even or odd pixel of the doubled image sees the original: 3 taps become 2. */
    private String halved(String kernel, int dimension, int phase) {
        String first = op("torch.select(%s, %d, 0)", kernel, dimension);
        String middle = op("torch.select(%s, %d, 1)", kernel, dimension);
        String last = op("torch.select(%s, %d, 2)", kernel, dimension);
        return phase == 0
                ? op("torch.stack([%s, torch.add(%s, %s)], %d)", first, middle, last, dimension)
                : op("torch.stack([torch.add(%s, %s), %s], %d)", first, middle, last, dimension);
    }

    /** All but the last (phase 0) or the first (phase 1) along a dimension. */
    private String window(String x, int dimension, int phase) {
        return op(
                "torch.slice(%s, %d, %d, %s)", x, dimension, phase, phase == 0 ? "-1" : Long.toString(Long.MAX_VALUE));
    }

    /** A linear layer with bias. */
    public String linear(String name, String x, int in, int out) {
        String weight = parameter(name + ".weight", Initial.UNIFORM, in, out, in);
        String bias = parameter(name + ".bias", Initial.UNIFORM, in, out);
        return op("torch.linear(%s, %s, %s)", x, weight, bias);
    }

    /** Linear layers with bias and of equal width on the same input, as one matrix product. */
    public List<String> linears(List<String> names, String x, int in, int out) {
        List<String> weights = new ArrayList<>();
        List<String> biases = new ArrayList<>();
        for (String name : names) {
            weights.add(parameter(name + ".weight", Initial.UNIFORM, in, out, in));
            biases.add(parameter(name + ".bias", Initial.UNIFORM, in, out));
        }
        String weight = op("torch.cat([%s], 0)", String.join(", ", weights));
        String bias = op("torch.cat([%s], 0)", String.join(", ", biases));
        String joined = op("torch.linear(%s, %s, %s)", x, weight, bias);
        String parts = op("torch.unbind(torch.unflatten(%s, -1, [%d, %d]), -2)", joined, names.size(), out);
        return IntStream.range(0, names.size())
                .mapToObj(i -> op("%s[%d]", parts, i))
                .toList();
    }

    /**
     * Self-attention over all pixels of an image [B, C, H, W] with a residual connection. The matrix of all pixels against all is not
     * whole in memory, but for a small image in bfloat16.
     *
     * @param normed the image's pixels [B, C, H * W], normalised
     * @param headDim width of q, k and v in each of the heads
     * @param halfPixels H * W of an image in bfloat16; empty in float32, or if it is left open
     */
    public String attention(
            String name, String x, String normed, int channels, int heads, int headDim, OptionalInt halfPixels) {
        int inner = heads * headDim;
        String pixels = op("torch.transpose(%s, 1, 2)", normed);
        List<String> qkv = linears(List.of(name + ".to_q", name + ".to_k", name + ".to_v"), pixels, channels, inner);
        String q = head(qkv.get(0), heads, headDim);
        String k = head(qkv.get(1), heads, headDim);
        String v = head(qkv.get(2), heads, headDim);
        boolean small = halfPixels.isPresent() && halfPixels.getAsInt() <= SMALL_IMAGE;
        String mixed = small ? mixedByProducts(q, k, v, heads, headDim) : mixed(q, k, v);
        String joined = op("torch.flatten(torch.transpose(%s, 1, 2), 2)", mixed);
        String out = linear(name + ".to_out.0", joined, inner, channels);
        String image = op("torch.reshape(torch.contiguous(torch.transpose(%s, 1, 2)), torch.size(%s))", out, x);
        return addTo(image, x);
    }

    /**
     * In float32 always: libtorch's bfloat16 attention on the CPU is five times slower for narrow heads. It spares the matrix of all
     * against all where q, k and v have a dimension of heads, be there one.
     */
    private String mixed(String q, String k, String v) {
        return op(
                "torch.to(torch.scaled_dot_product_attention(%s, %s, %s), ops.prim.dtype(%s))",
                ScalarType.FLOAT32.cast(q), ScalarType.FLOAT32.cast(k), ScalarType.FLOAT32.cast(v), q);
    }

    /** As diffusers' attention was before PyTorch 2: each head an image of the batch, and the products bfloat16's own. */
    private String mixedByProducts(String q, String k, String v, int heads, int headDim) {
        String scaled = op("torch.mul(%s, %s)", folded(q), 1 / Math.sqrt(headDim));
        String shares = op("torch.softmax(torch.bmm(%s, torch.transpose(%s, 1, 2)), -1)", scaled, folded(k));
        return op("torch.unflatten(torch.bmm(%s, %s), 0, [-1, %d])", shares, folded(v), heads);
    }

    private String folded(String heads) {
        return op("torch.flatten(torch.contiguous(%s), 0, 1)", heads);
    }

    private String head(String x, int heads, int headDim) {
        return op("torch.transpose(torch.unflatten(%s, 2, [%d, %d]), 1, 2)", x, heads, headDim);
    }

    /**
     * Group normalisation; its parameters stay float32 in every precision. CUDA's native_group_norm takes no bfloat16 activations with
     * float32 parameters (the CPU's does, and computes in float32), so there the activations come to float32 for it.
     */
    public String groupNorm(String name, String x, int channels, int groups, double eps) {
        String weight = parameter(name + ".weight", Initial.ONES, 1, channels);
        String bias = parameter(name + ".bias", Initial.ZEROS, 1, channels);
        String normed = "torch.group_norm(%s, %d, %s, %s, %s)"
                .formatted(normsInFloat32 ? ScalarType.FLOAT32.cast(x) : x, groups, weight, bias, eps);
        return op(normsInFloat32 ? ScalarType.BFLOAT16.cast(normed) : normed);
    }

    /** Rows of a table, which stays float32 in every precision: bfloat16 would lose part of a gradient that many rows add to. */
    String embedding(String name, String indices, int count, int width) {
        return op("torch.embedding(%s, %s)", parameter(name + ".weight", Initial.NORMAL, 1, count, width), indices);
    }

    public String silu(String x) {
        return op("torch.silu(%s)", x);
    }

    public String relu(String x) {
        return op("torch.relu(%s)", x);
    }

    /** An image [B, C, H, W] doubled by nearest neighbours. */
    public String doubled(String x) {
        return op("torch.upsample_nearest2d(%s, None, [2., 2.])", x);
    }

    /** x + y in the memory of {@code x}, which must be a result that nobody else uses, not even its own backward pass. */
    public String addTo(String x, String y) {
        return op("torch.add_(%s, %s)", x, y);
    }

    /** Divides by a fixed factor; nothing to do for 1. */
    String rescale(String x, double factor) {
        return factor == 1 ? x : op("torch.div(%s, %s)", x, factor);
    }

    public FlatLayout layout() {
        return new FlatLayout(parameters);
    }

    /**
     * The whole method: runs the body on the parameters, returns {@code result}.
     *
     * @param signature of the method
     * @param before statements that come first, and leave in {@code leaves} what {@link #leaves} gives of the weights
     * @param precision of weights and activations
     */
    public String method(String signature, String before, Precision precision, String result) {
        StringBuilder method =
                new StringBuilder("  def ").append(signature).append(":\n").append(before);
        int number = 0;
        List<List<ParameterSpec>> leaves = layout().leaves();
        for (int i = 0; i < leaves.size(); i++) {
            List<ParameterSpec> leaf = leaves.get(i);
            String values = "leaves[" + i + "]";
            method.append("    s = ").append(split(values, leaf)).append('\n');
            if (precision == Precision.BF16) {
                method.append("    h = ")
                        .append(split(ScalarType.BFLOAT16.cast(values), leaf))
                        .append('\n');
            }
            for (int k = 0; k < leaf.size(); k++) {
                boolean half = precision == Precision.BF16 && leaf.get(k).initial() == Initial.UNIFORM;
                method.append("    p%d = torch.view(%s[%d], %s)\n"
                        .formatted(
                                number++,
                                half ? "h" : "s",
                                k,
                                Arrays.toString(leaf.get(k).shape())));
            }
        }
        return method.append(lines)
                .append("    return ")
                .append(result)
                .append('\n')
                .toString();
    }

    /** The expression that splits a flat vector of weights into views of its {@linkplain FlatLayout#leaves leaves}. */
    public String leaves(String flat) {
        return split(flat, layout().leaves().stream().map(FlatLayout::size));
    }

    private static String split(String flat, List<ParameterSpec> parameters) {
        return split(flat, parameters.stream().map(ParameterSpec::size));
    }

    private static String split(String flat, Stream<Integer> sizes) {
        return "torch.split_with_sizes(" + flat + ", ["
                + sizes.map(String::valueOf).collect(Collectors.joining(", ")) + "], 0)";
    }

    private String parameter(String name, Initial initial, int fanIn, long... shape) {
        ParameterSpec spec = new ParameterSpec(name, shape, end, initial, fanIn);
        parameters.add(spec);
        end = Math.addExact(end, spec.size());
        return "p" + (parameters.size() - 1);
    }
}
