package io.saddle.diffusion.network;

import io.saddle.diffusion.network.ParameterSpec.Initial;
import io.saddle.diffusion.torch.ScalarType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the TorchScript of a network's forward pass, layer by layer, and collects the parameters that the layers need. Every
 * method returns the name of the variable that holds its result.
 */
public class ScriptBody {
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
        String product = product(weight, bias, op("torch.flatten(%s, 2)", x), in, out);
        return op("torch.unflatten(%s, 2, [torch.size(%s, 2), torch.size(%s, 3)])", product, x, x);
    }

    /** Of pixels [B, in, H * W], with weights of {@code out * in} elements: [B, out, H * W]. */
    private String product(String weight, String bias, String pixels, int in, int out) {
        String matrix =
                op("torch.expand(torch.view(%s, [1, %d, %d]), [torch.size(%s, 0), -1, -1])", weight, out, in, pixels);
        return op("torch.baddbmm(torch.view(%s, [1, %d, 1]), %s, %s)", bias, out, matrix, pixels);
    }

    /**
     * A 3x3 convolution with bias (padding 1) of an image doubled by nearest neighbours, without the doubled image: each of the
     * four phases of the result sees 2x2 pixels of {@code x}, weighted by sums of the kernel's rows and columns. 4/9 of the
     * multiplications. One convolution finds all four [B, 4 out, H + 1, W + 1]; phase (i, j) at the pixel (h, w) of {@code x} is its
     * element (h + i, w + j), so that the result is a copy with other strides.
     */
    public String doubledConv2d(String name, String x, int in, int out) {
        int fanIn = 9 * in;
        String weight = parameter(name + ".weight", Initial.UNIFORM, fanIn, out, in, 3, 3);
        String bias = parameter(name + ".bias", Initial.UNIFORM, fanIn, out);
        return doubledConv2d(x, weight, op("torch.repeat_interleave(%s, 4)", bias), out);
    }

    /** As {@link #doubledConv2d}, without bias. */
    public String doubledConv2dWithoutBias(String name, String x, int in, int out) {
        return doubledConv2d(x, parameter(name + ".weight", Initial.UNIFORM, in * 9, out, in, 3, 3), "None", out);
    }

    private String doubledConv2d(String x, String weight, String biases, int out) {
        String upper = halved(weight, 2, 0);
        String lower = halved(weight, 2, 1);
        String kernels = op(
                "torch.stack([%s, %s, %s, %s], 1)",
                halved(upper, 3, 0), halved(upper, 3, 1), halved(lower, 3, 0), halved(lower, 3, 1));
        String phases = op(
                "torch.contiguous(torch.conv2d(%s, torch.flatten(%s, 0, 1), %s, [1, 1], [1, 1]))", x, kernels, biases);
        String width = op("torch.size(%s, 3)", phases);
        String plane = op("torch.mul(torch.size(%s, 2), %s)", phases, width);
        String interleaved = op(
                "torch.as_strided(%s, [torch.size(%s, 0), %d, torch.size(%s, 2), 2, torch.size(%s, 3), 2],"
                        + " [torch.mul(%s, %d), torch.mul(%s, 4), %s, torch.add(torch.mul(%s, 2), %s), 1, torch.add(%s, 1)])",
                phases, x, out, x, x, plane, 4 * out, plane, width, plane, width, plane);
        return op("torch.flatten(torch.flatten(%s, 4, 5), 2, 3)", interleaved);
    }

    /** The kernel along one dimension as an even or odd pixel of the doubled image sees the original: 3 taps become 2. */
    final String halved(String kernel, int dimension, int phase) {
        String first = op("torch.select(%s, %d, 0)", kernel, dimension);
        String middle = op("torch.select(%s, %d, 1)", kernel, dimension);
        String last = op("torch.select(%s, %d, 2)", kernel, dimension);
        return phase == 0
                ? op("torch.stack([%s, torch.add(%s, %s)], %d)", first, middle, last, dimension)
                : op("torch.stack([torch.add(%s, %s), %s], %d)", first, middle, last, dimension);
    }

    /** A linear layer with bias. */
    public String linear(String name, String x, int in, int out) {
        String weight = parameter(name + ".weight", Initial.UNIFORM, in, out, in);
        String bias = parameter(name + ".bias", Initial.UNIFORM, in, out);
        return op("torch.linear(%s, %s, %s)", x, weight, bias);
    }

    /** Linear layers with bias and of equal width on the same input, as one matrix product. */
    private List<String> linears(List<String> names, String x, int in, int out) {
        Joined weights = joined(names, in, out);
        String joined = op("torch.linear(%s, %s, %s)", x, weights.weight(), weights.bias());
        String parts = op("torch.unbind(torch.unflatten(%s, -1, [%d, %d]), -2)", joined, names.size(), out);
        return IntStream.range(0, names.size())
                .mapToObj(i -> op("%s[%d]", parts, i))
                .toList();
    }

    /** Weights and biases of several linear layers, one below the other. */
    private record Joined(String weight, String bias) {}

    private Joined joined(List<String> names, int in, int out) {
        List<String> weights = new ArrayList<>();
        List<String> biases = new ArrayList<>();
        for (String name : names) {
            weights.add(parameter(name + ".weight", Initial.UNIFORM, in, out, in));
            biases.add(parameter(name + ".bias", Initial.UNIFORM, in, out));
        }
        return new Joined(
                op("torch.cat([%s], 0)", String.join(", ", weights)),
                op("torch.cat([%s], 0)", String.join(", ", biases)));
    }

    /**
     * Self-attention over all pixels of an image [B, C, H, W] with a residual connection. The matrix of all pixels against all is not
     * whole in memory.
     *
     * <p>In float32 always: libtorch's bfloat16 attention on the CPU is five times slower for narrow heads. It spares the matrix of all
     * against all where q, k and v have a dimension of heads, be there one.
     *
     * @param normed the image's pixels [B, C, H * W], normalised
     * @param headDim width of q, k and v in each of the heads
     */
    public String attention(String name, String x, String normed, int channels, int heads, int headDim) {
        int inner = heads * headDim;
        String pixels = op("torch.transpose(%s, 1, 2)", normed);
        List<String> qkv = linears(List.of(name + ".to_q", name + ".to_k", name + ".to_v"), pixels, channels, inner);
        String q = head(qkv.get(0), heads, headDim);
        String mixed = op(
                "torch.to(torch.scaled_dot_product_attention(%s, %s, %s), ops.prim.dtype(%s))",
                ScalarType.FLOAT32.cast(q),
                ScalarType.FLOAT32.cast(head(qkv.get(1), heads, headDim)),
                ScalarType.FLOAT32.cast(head(qkv.get(2), heads, headDim)),
                q);
        String joined = op("torch.flatten(torch.transpose(%s, 1, 2), 2)", mixed);
        String out = linear(name + ".to_out.0", joined, inner, channels);
        return added(op("torch.contiguous(torch.transpose(%s, 1, 2))", out), x);
    }

    /**
     * As {@link #attention}, by matrix products of small images: all of a head's pixels against all are kept. Pixels are last throughout,
     * as in the image itself: little is transposed in memory, and products of narrow heads are as wide as there are pixels.
     *
     * @param sharesInFloat32 whether what a pixel takes of each of the others is found in float32 in any precision
     */
    public String attentionByProducts(
            String name, String x, String normed, int channels, int heads, int headDim, boolean sharesInFloat32) {
        int inner = heads * headDim;
        Joined weights = joined(List.of(name + ".to_q", name + ".to_k", name + ".to_v"), channels, inner);
        String qkv = product(weights.weight(), weights.bias(), normed, channels, 3 * inner);
        String apart = op("torch.contiguous(torch.transpose(torch.unflatten(%s, 1, [3, %d]), 0, 1))", qkv, inner);
        String parts = op("torch.unbind(torch.view(%s, [3, -1, %d, torch.size(%s, 2)]), 0)", apart, headDim, normed);
        String q = op("%s[0]", parts);
        String k = op("%s[1]", parts);
        String v = op("%s[2]", parts);
        String scores = op("torch.bmm(torch.transpose(%s, 1, 2), torch.mul(%s, %s))", k, q, 1 / Math.sqrt(headDim));
        String shares = sharesInFloat32
                ? op("torch.to(torch.softmax(%s, 1), ops.prim.dtype(%s))", ScalarType.FLOAT32.cast(scores), q)
                : op("torch.softmax(%s, 1)", scores);
        String mixed = op("torch.view(torch.bmm(%s, %s), [-1, %d, torch.size(%s, 2)])", v, shares, inner, normed);
        String weight = parameter(name + ".to_out.0.weight", Initial.UNIFORM, inner, channels, inner);
        String bias = parameter(name + ".to_out.0.bias", Initial.UNIFORM, inner, channels);
        return added(product(weight, bias, mixed, inner, channels), x);
    }

    /** Pixels [B, C, H * W] that nobody else uses, and the image: libtorch adds to a view in a slower way. */
    private String added(String pixels, String x) {
        return op("torch.view(%s, torch.size(%s))", addTo(pixels, op("torch.flatten(%s, 2)", x)), x);
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

    /**
     * Group normalisation and SiLU.
     *
     * @param shift added to x before, the same for all pixels, [B, C]; then nobody else may use x. Null: none
     */
    String normedSilu(String name, String x, String shift, int channels, int groups, double eps) {
        String shifted = shift == null ? x : addTo(x, op("torch.unsqueeze(torch.unsqueeze(%s, 2), 3)", shift));
        return silu(groupNorm(name, shifted, channels, groups, eps));
    }

    /** A 3x3 convolution of h [B, out, H, W] and a 1x1 one of x [B, in, H, W], both with bias, added up. */
    String conv2dPlusPointwise(String conv, String h, String pointwise, String x, int in, int out) {
        return addTo(conv2d(conv, h, out, out, 3, 1, 1), pointwise(pointwise, x, in, out));
    }

    /** The channels of both images, one after the other. */
    String joined(String x, int channels, String y, int more) {
        return op("torch.cat([%s, %s], 1)", x, y);
    }

    /** An image that comes from elsewhere, as the first convolution takes it. */
    String input(String x, int channels) {
        return x;
    }

    /**
     * The image as the layers of its level have it in memory; from here on others are taken to be so.
     *
     * @param pixels of the image
     */
    String enter(String x, int pixels) {
        return x;
    }

    /** An image of this level, one channel after the other. */
    String inOrder(String x) {
        return x;
    }

    /** An image in any order, as the layers of this level have it. */
    String asHere(String x) {
        return x;
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

    /** Layers whose gradient, where one is written out, is left to autograd: those of few numbers, and of many statements. */
    String byAutograd(Supplier<String> layers) {
        return layers.get();
    }

    /** As the other, of layers that take {@code x}. */
    String byAutograd(String x, UnaryOperator<String> layers) {
        return layers.apply(x);
    }

    /** A column and a row of zeros at the end of each channel. */
    String padded(String x) {
        return op("torch.constant_pad_nd(%s, [0, 1, 0, 1], 0)", x);
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
                String view = "torch.view(%s[%d], %s)"
                        .formatted(
                                half ? "h" : "s", k, Arrays.toString(leaf.get(k).shape()));
                method.append("    p" + number + " = ")
                        .append(weight(number++, view))
                        .append('\n');
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

    /** What layers take of a parameter, by its number. */
    String weight(int number, String view) {
        return view;
    }

    private static String split(String flat, List<ParameterSpec> parameters) {
        return split(flat, parameters.stream().map(ParameterSpec::size));
    }

    private static String split(String flat, Stream<Integer> sizes) {
        return "torch.split_with_sizes(" + flat + ", ["
                + sizes.map(String::valueOf).collect(Collectors.joining(", ")) + "], 0)";
    }

    final int parameterCount() {
        return parameters.size();
    }

    /** Adds one statement that has no result. */
    final void statement(String format, Object... arguments) {
        lines.append("    ").append(String.format(format, arguments)).append('\n');
    }

    final String parameter(String name, Initial initial, int fanIn, long... shape) {
        ParameterSpec spec = new ParameterSpec(name, shape, end, initial, fanIn);
        parameters.add(spec);
        end = Math.addExact(end, spec.size());
        return "p" + (parameters.size() - 1);
    }
}
