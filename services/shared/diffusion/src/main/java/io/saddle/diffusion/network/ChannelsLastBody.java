package io.saddle.diffusion.network;

import io.saddle.diffusion.network.ParameterSpec.Initial;
import io.saddle.diffusion.torch.ScalarType;
import java.util.HashMap;
import java.util.Map;

/**
 * The layers of a prediction with the channels of a pixel side by side in memory, as oneDNN's convolutions want them in bfloat16: libtorch
 * goes through their results twice more to bring them back into order. Its group norm is up to 50 times as slow that way for images of
 * less than 1,024 pixels, so there is another one here, of passes over rows of an image. For predictions alone: autograd would keep what
 * each of them made, and add as many passes. Small images, and attention, are as in {@link ScriptBody}.
 */
final class ChannelsLastBody extends ScriptBody {
    /** Pixels below which a norm's many statements take about as long as the convolutions gain. */
    private static final int SMALL_IMAGE = 100;

    private static final String CHANNELS_LAST = "torch.contiguous(%s, memory_format=2)";

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
        return asHere(x);
    }

    @Override
    String inOrder(String x) {
        return op("torch.contiguous(%s)", x);
    }

    @Override
    String asHere(String x) {
        return last ? op(CHANNELS_LAST, x) : inOrder(x);
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
    public String pointwise(String name, String x, int in, int out) {
        if (!last) {
            return super.pointwise(name, x, in, out);
        }
        String weight = parameter(name + ".weight", Initial.UNIFORM, in, out, in, 1, 1);
        String bias = parameter(name + ".bias", Initial.UNIFORM, in, out);
        return image(op("torch.linear(%s, torch.view(%s, [%d, %d]), %s)", pixels(x), weight, out, in, bias));
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
     * one dimension, long enough for vectors of any width. The shift takes no pass: it moves the means.
     */
    @Override
    String normedSilu(String name, String x, String shift, int channels, int groups, double eps) {
        if (!last) {
            return super.normedSilu(name, x, shift, channels, groups, eps);
        }
        String weight = grouped(parameter(name + ".weight", Initial.ONES, 1, channels), groups);
        String bias = grouped(parameter(name + ".bias", Initial.ZEROS, 1, channels), groups);
        String both = op("torch.chunk(%s, 2, 0)", moments(x, channels));
        String means = op("%s[0]", both);
        String squares = op("%s[1]", both);
        String added = shift == null ? null : op(ScalarType.FLOAT32.cast(shift));
        if (added != null) {
            String moved = op("torch.add(%s, %s)", means, added);
            squares = op("torch.addcmul(%s, %s, torch.add(%s, %s))", squares, added, means, moved);
            means = moved;
        }
        String mean = op("torch.mean(%s, [2], True)", grouped(means, groups));
        String variance = op(
                "torch.clamp_min(torch.addcmul(torch.mean(%s, [2], True), %s, %s, value=-1), 0)",
                grouped(squares, groups), mean, mean);
        String scale = rounded(op("torch.mul(%s, torch.rsqrt(torch.add(%s, %s)))", weight, variance, eps));
        String offset = op("torch.addcmul(%s, %s, %s, value=-1)", bias, scale, mean);
        if (added != null) {
            offset = op("torch.addcmul(%s, %s, %s)", offset, scale, grouped(added, groups));
        }
        String stacked = op("torch.unsqueeze(torch.flatten(torch.stack([%s, %s]), 2), 2)", scale, offset);
        String rows = op(
                "torch.repeat(%s, [1, 1, 1, torch.size(%s, 3)])",
                half ? ScalarType.BFLOAT16.cast(stacked) : stacked, x);
        String normed = op("torch.addcmul(%s, %s, %s)", op("%s[1]", rows), rows(x), op("%s[0]", rows));
        return image(op("torch.unflatten(torch.silu_(%s), 2, [-1, %d])", normed, channels));
    }

    /** What the activations will be multiplied by: what bfloat16 takes off of it must not meet their mean. */
    private String rounded(String scale) {
        return half ? op(ScalarType.FLOAT32.cast(ScalarType.BFLOAT16.cast(scale))) : scale;
    }

    /** Per channel [B, C] or [C]: by group, [B, G, C / G]. */
    private String grouped(String channels, int groups) {
        return op("torch.unflatten(%s, -1, [%d, -1])", channels, groups);
    }

    private String moments(String x, int channels) {
        String known = moments.get(x);
        if (known != null) {
            return known;
        }
        String columns = image(op("torch.unsqueeze(%s, 2)", rows(x)));
        String kernel = op("[torch.size(%s, 2), 1]", x);
        String means = op(
                "torch.flatten(torch.cat([torch.avg_pool2d(%s, %s), torch.avg_pool2d(torch.mul(%s, %s), %s)], 0), 1)",
                columns, kernel, columns, columns, kernel);
        String found = op(
                "torch.mean(torch.unflatten(%s, 1, [-1, %d]), [1])",
                half ? ScalarType.FLOAT32.cast(means) : means, channels);
        moments.put(x, found);
        return found;
    }

    /** As the other. Of a row of the result, even and odd pixels lie side by side in a convolution's result: two copy whole rows. */
    @Override
    public String doubledConv2d(String name, String x, int in, int out) {
        if (!last) {
            return super.doubledConv2d(name, x, in, out);
        }
        String weight = parameter(name + ".weight", Initial.UNIFORM, in * 9, out, in, 3, 3);
        String bias = parameter(name + ".bias", Initial.UNIFORM, in * 9, out);
        String biases = op("torch.repeat(%s, [2])", bias);
        String rows = op(
                "torch.stack([%s, %s], 2)",
                everyOtherRow(x, halved(weight, 2, 0), biases, 0, out),
                everyOtherRow(x, halved(weight, 2, 1), biases, 1, out));
        return image(op("torch.unflatten(torch.flatten(%s, 1, 2), 2, [-1, %d])", rows, out));
    }

    /**
     * The rows of a doubled image's convolution that are the first or second of two, [B, H, 2 W out]. The convolution finds
     * [B, H + 1, W + 1, 2 out], odd pixels first: pixel w of a row begins with the odd one that belongs before the even one behind it.
     */
    private String everyOtherRow(String x, String kernel, String biases, int row, int out) {
        String kernels = op("torch.cat([%s, %s], 0)", halved(kernel, 3, 1), halved(kernel, 3, 0));
        String phases = op(CHANNELS_LAST, op("torch.conv2d(%s, %s, %s, [1, 1], [1, 1])", x, kernels, biases));
        String width = op("torch.mul(torch.size(%s, 3), %d)", phases, 2 * out);
        return op(
                "torch.as_strided(%s, [torch.size(%s, 0), torch.size(%s, 2), torch.mul(torch.size(%s, 3), %d)],"
                        + " [torch.mul(torch.size(%s, 2), %s), %s, 1], torch.add(torch.mul(%s, %d), %d))",
                phases, x, x, x, 2 * out, phases, width, width, width, row, out);
    }

    /** An image's pixels [B, H, W, C]. */
    private String pixels(String x) {
        return op("torch.permute(%s, [0, 2, 3, 1])", x);
    }

    /** An image's rows [B, H, W C]. */
    private String rows(String x) {
        return op("torch.flatten(%s, 2, 3)", pixels(x));
    }

    /** The image [B, C, H, W] of these pixels. */
    private String image(String pixels) {
        return op("torch.permute(%s, [0, 3, 1, 2])", pixels);
    }
}
