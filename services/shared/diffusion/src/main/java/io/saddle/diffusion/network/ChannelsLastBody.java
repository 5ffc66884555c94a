package io.saddle.diffusion.network;

import io.saddle.diffusion.network.ParameterSpec.Initial;
import io.saddle.diffusion.torch.ScalarType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers with the channels of a pixel side by side in memory, as oneDNN's convolutions want them: libtorch
 * goes through their results twice more to bring them back into order. Its group norm is up to 50 times as slow that way for images of
 * less than 1,024 pixels, so there is another one here, of passes over rows of an image. Autograd would keep what each of them made, and
 * add as many passes: {@link GradientBody} has the backward pass. Small images, and attention, are as in {@link ScriptBody}.
 */
class ChannelsLastBody extends ScriptBody {
    /** Pixels below which a norm's many statements take about as long as the convolutions gain. */
    private static final int SMALL_IMAGE = 100;

    static final String CHANNELS_FIRST = "torch.contiguous(%s)";

    static final String CHANNELS_LAST = "torch.contiguous(%s, memory_format=2)";

    private final boolean half;
    /** Means of the channels and of their squares [2 B, C], float32, of images that they are known of. */
    private final Map<String, String> moments = new HashMap<>();

    private boolean last;

    ChannelsLastBody(Precision precision) {
        half = precision == Precision.BF16;
    }

    @Override
    String input(String x, int channels) {
        // A single channel is side by side already; its strides must say so, or the convolution takes it for the other
        // order.
        return channels == 1 ? image(op("torch.unsqueeze(torch.squeeze(%s, 1), 3)", x)) : op(CHANNELS_LAST, x);
    }

    @Override
    String enter(String x, int pixels) {
        last = pixels >= SMALL_IMAGE;
        return ordered(x);
    }

    /** Whether layers of this level have channels last. */
    final boolean last() {
        return last;
    }

    final boolean half() {
        return half;
    }

    @Override
    String inOrder(String x) {
        return op(CHANNELS_FIRST, x);
    }

    @Override
    String asHere(String x) {
        return ordered(x);
    }

    private String ordered(String x) {
        return op(last ? CHANNELS_LAST : CHANNELS_FIRST, x);
    }

    @Override
    String joined(String x, int channels, String y, int more) {
        String joined = super.joined(x, channels, y, more);
        if (last) {
            moments.put(joined, op("torch.cat([%s, %s], 1)", moments(x, channels), moments(y, more)));
        }
        return joined;
    }

    @Override
    String conv2dPlusPointwise(String conv, String h, String pointwise, String x, int in, int out) {
        if (!last) {
            return super.conv2dPlusPointwise(conv, h, pointwise, x, in, out);
        }
        String kernel = parameter(conv + ".weight", Initial.UNIFORM, out * 9, out, out, 3, 3);
        String bias = parameter(conv + ".bias", Initial.UNIFORM, out * 9, out);
        String weight = parameter(pointwise + ".weight", Initial.UNIFORM, in, out, in, 1, 1);
        String more = parameter(pointwise + ".bias", Initial.UNIFORM, in, out);
        String y = pixels(op("torch.conv2d(%s, %s, torch.add(%s, %s), [1, 1], [1, 1])", h, kernel, bias, more));
        String sum = op(
                "torch.addmm_(torch.flatten(%s, 0, 2), torch.flatten(%s, 0, 2), torch.t(torch.view(%s, [%d, %d])))",
                y, pixels(x), weight, out, in);
        return image(op("torch.view(%s, torch.size(%s))", sum, y));
    }

    /**
     * As the other, in passes over the image: squares, the means of both, scale and offset, SiLU. Pixels of a row and their channels are
     * one dimension, long enough for vectors of any width. The shift takes no pass: it moves the means. The variance is the mean of squares
     * less the square of the mean, as libtorch's own norm finds it with channels last: of a group whose mean is a thousand of its standard
     * deviations, float32 leaves little of it.
     */
    @Override
    String normedSilu(String name, String x, String shift, int channels, int groups, double eps) {
        if (!last) {
            return super.normedSilu(name, x, shift, channels, groups, eps);
        }
        return image(op(
                "torch.unflatten(torch.silu_(%s), 2, [-1, %d])",
                norm(name, x, shift, channels, groups, eps).rows(), channels));
    }

    /**
     * An image that was normalised.
     *
     * @param rows its rows [B, H, W C]
     * @param scale what the rows were multiplied by [B, 1, W C]
     * @param weight of the norm, by group [G, C / G]
     * @param mean of each group of each image [B, G, 1], float32, shift included
     * @param rstd 1 / standard deviation, likewise
     * @param shift by group [B, G, C / G], float32; null: none
     * @param means of the channels before [B, C], float32
     */
    record Normed(String rows, String scale, String weight, String mean, String rstd, String shift, String means) {}

    final Normed norm(String name, String x, String shift, int channels, int groups, double eps) {
        String weight = grouped(parameter(name + ".weight", Initial.ONES, 1, channels), groups);
        String bias = grouped(parameter(name + ".bias", Initial.ZEROS, 1, channels), groups);
        String both = op("torch.chunk(%s, 2, 0)", moments(x, channels));
        String before = op("%s[0]", both);
        String means = before;
        String squares = op("%s[1]", both);
        String added = null;
        if (shift != null) {
            String flat = op(ScalarType.FLOAT32.cast(shift));
            means = op("torch.add(%s, %s)", before, flat);
            squares = op("torch.addcmul(%s, %s, torch.add(%s, %s))", squares, flat, before, means);
            added = grouped(flat, groups);
        }
        String mean = op("torch.mean(%s, [2], True)", grouped(means, groups));
        String variance = op(
                "torch.clamp_min(torch.addcmul(torch.mean(%s, [2], True), %s, %s, value=-1), 0)",
                grouped(squares, groups), mean, mean);
        String rstd = op("torch.rsqrt(torch.add(%s, %s))", variance, eps);
        String scale = rounded(op("torch.mul(%s, %s)", weight, rstd));
        String offset = op("torch.addcmul(%s, %s, %s, value=-1)", bias, scale, mean);
        if (added != null) {
            offset = op("torch.addcmul(%s, %s, %s)", offset, scale, added);
        }
        String rows = alongRows(scale, offset, x);
        String scales = op("%s[0]", rows);
        String normed = op("torch.addcmul(%s[1], %s, %s)", rows, rows(x), scales);
        return new Normed(normed, scales, weight, mean, rstd, added, before);
    }

    /** Both of two numbers for each channel [B, G, C / G], as rows of {@code x} are multiplied by: two of [B, 1, W C]. */
    final String alongRows(String first, String second, String x) {
        String stacked = op("torch.unsqueeze(torch.flatten(torch.stack([%s, %s]), 2), 2)", first, second);
        return op(
                "torch.repeat(%s, [1, 1, 1, torch.size(%s, 3)])",
                half ? ScalarType.BFLOAT16.cast(stacked) : stacked, x);
    }

    /** What the activations will be multiplied by: what bfloat16 takes off of it must not meet their mean. */
    final String rounded(String scale) {
        return half ? op(ScalarType.FLOAT32.cast(ScalarType.BFLOAT16.cast(scale))) : scale;
    }

    /** Per channel [B, C] or [C]: by group, [B, G, C / G]. */
    final String grouped(String channels, int groups) {
        return op("torch.unflatten(%s, -1, [%d, -1])", channels, groups);
    }

    private String moments(String x, int channels) {
        String known = moments.get(x);
        if (known == null) {
            String rows = rows(x);
            known = means(rows, op("torch.mul(%s, %s)", rows, rows), channels);
            moments.put(x, known);
        }
        return known;
    }

    /** Means of the channels of two images, given as their rows: [2 B, C], float32. */
    final String means(String first, String second, int channels) {
        String kernel = op("[torch.size(%s, 1), 1]", first);
        String means = op(
                "torch.flatten(torch.cat([torch.avg_pool2d(%s, %s), torch.avg_pool2d(%s, %s)], 0), 1)",
                image(op("torch.unsqueeze(%s, 2)", first)),
                kernel,
                image(op("torch.unsqueeze(%s, 2)", second)),
                kernel);
        return op(
                "torch.mean(torch.unflatten(%s, 1, [-1, %d]), [1])",
                half ? ScalarType.FLOAT32.cast(means) : means, channels);
    }

    /** As the other. Of a row of the result, even and odd pixels lie side by side in a convolution's result: two copy whole rows. */
    @Override
    public String doubledConv2d(String name, String x, int in, int out) {
        if (!last) {
            return super.doubledConv2d(name, x, in, out);
        }
        String weight = parameter(name + ".weight", Initial.UNIFORM, in * 9, out, in, 3, 3);
        String bias = parameter(name + ".bias", Initial.UNIFORM, in * 9, out);
        return doubled(x, List.of(kernels(weight, 0), kernels(weight, 1)), bias, out);
    }

    /** The doubled image's convolution by these {@link #kernels}. */
    final String doubled(String x, List<String> kernels, String bias, int out) {
        String biases = op("torch.repeat(%s, [2])", bias);
        String rows = op(
                "torch.stack([%s, %s], 2)",
                everyOtherRow(x, kernels.get(0), biases, 0, out), everyOtherRow(x, kernels.get(1), biases, 1, out));
        return image(op("torch.unflatten(torch.flatten(%s, 1, 2), 2, [-1, %d])", rows, out));
    }

    /** The kernel as the first or second of two rows sees the original: odd pixels, then even ones, [2 out, in, 2, 2]. */
    final String kernels(String weight, int row) {
        String kernel = halved(weight, 2, row);
        return op("torch.cat([%s, %s], 0)", halved(kernel, 3, 1), halved(kernel, 3, 0));
    }

    /** The rows of a doubled image that are the first or second of two, [B, H, 2 W out]. */
    private String everyOtherRow(String x, String kernels, String biases, int row, int out) {
        return op(
                rowsOfPhases(x, row, out),
                op(CHANNELS_LAST, op("torch.conv2d(%s, %s, %s, [1, 1], [1, 1])", x, kernels, biases)));
    }

    /**
     * Format of the expression of those rows of what the convolution finds of {@code x}, [B, 2 out, H + 1, W + 1]: odd pixels first, so that
     * pixel w of a row begins with the odd one that belongs before the even one behind it.
     */
    final String rowsOfPhases(String x, int row, int out) {
        String width = op("torch.mul(torch.add(torch.size(%s, 3), 1), %d)", x, 2 * out);
        return "torch.as_strided(%%s, [torch.size(%s, 0), torch.size(%s, 2), torch.mul(torch.size(%s, 3), %d)],"
                        .formatted(x, x, x, 2 * out)
                + " [torch.mul(torch.add(torch.size(%s, 2), 1), %s), %s, 1], torch.add(torch.mul(%s, %d), %d))"
                        .formatted(x, width, width, width, row, out);
    }

    /** An image's pixels [B, H, W, C]. */
    final String pixels(String x) {
        return op("torch.permute(%s, [0, 2, 3, 1])", x);
    }

    /** An image's rows [B, H, W C]. */
    final String rows(String x) {
        return op("torch.flatten(%s, 2, 3)", pixels(x));
    }

    /** The image [B, C, H, W] of these pixels. */
    final String image(String pixels) {
        return op("torch.permute(%s, [0, 3, 1, 2])", pixels);
    }
}
