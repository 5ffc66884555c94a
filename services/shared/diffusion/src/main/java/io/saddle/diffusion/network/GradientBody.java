package io.saddle.diffusion.network;

import io.saddle.diffusion.network.ParameterSpec.Initial;
import io.saddle.diffusion.torch.ScalarType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The layers of {@link ChannelsLastBody} with their backward pass written out. Autograd would keep what each statement of a norm made and
 * go through the image once more for each of them; what a norm hands back is known (Wu and He, "Group Normalization", arXiv:1803.08494,
 * by the chain rule) and takes two means of each channel. Attention and the embeddings of time and class are left to autograd.
 */
final class GradientBody extends ChannelsLastBody {
    private static final String GRADIENTS_ON = "torch.set_grad_enabled(True)";
    private static final String GRADIENTS_OFF = "torch.set_grad_enabled(False)";

    private final Tape tape = new Tape(this);
    /** Numbers of the parameters that layers left to autograd take. */
    private final BitSet leaves = new BitSet();

    private String given;
    private boolean inAutograd;

    GradientBody(Precision precision) {
        super(precision);
    }

    /**
     * Writes the backward pass.
     *
     * @param result of the last layer
     * @return the row losses [B], as of {@link GradientScript#method}
     */
    String backward(String result) {
        String difference = op("torch.sub(%s, target)", ScalarType.FLOAT32.cast(result));
        String rows = op("torch.mean(torch.flatten(torch.mul(%s, %s), 1), [1])", difference, difference);
        String factor = op(
                "torch.div(torch.mul(w, 2.), torch.mul(torch.mul(torch.size(%s, 1), torch.size(%s, 2)), torch.size(%s, 3)))",
                difference, difference, difference);
        String gradient = op("torch.mul(%s, torch.view(%s, [-1, 1, 1, 1]))", difference, factor);
        tape.rewind(result, half() ? op(ScalarType.BFLOAT16.cast(gradient)) : gradient);
        statement("torch.set_grad_enabled(mode)");
        return rows;
    }

    @Override
    String weight(int number, String view) {
        return leaves.get(number) ? "torch.requires_grad_(torch.detach(" + view + "), True)" : view;
    }

    private String layer(String result, Consumer<String> backward) {
        return tape.layer(result, backward);
    }

    private void add(String x, String gradient) {
        if (!x.equals(given)) {
            tape.add(x, gradient);
        }
    }

    @Override
    String byAutograd(Supplier<String> layers) {
        int first = parameterCount();
        String result = recorded(layers);
        int end = parameterCount();
        return layer(result, g -> backwardByAutograd(result, g, first, end));
    }

    @Override
    String byAutograd(String x, UnaryOperator<String> layers) {
        if (inAutograd) {
            return layers.apply(x);
        }
        int first = parameterCount();
        String leaf = op("torch.requires_grad_(torch.detach(%s), True)", x);
        String result = recorded(() -> layers.apply(leaf));
        int end = parameterCount();
        return layer(result, g -> {
            backwardByAutograd(result, g, first, end);
            add(x, op("ops.prim.grad(%s)", leaf));
        });
    }

    private String recorded(Supplier<String> layers) {
        int before = parameterCount();
        inAutograd = true;
        statement(GRADIENTS_ON);
        String result = layers.get();
        statement(GRADIENTS_OFF);
        inAutograd = false;
        leaves.set(before, parameterCount());
        return result;
    }

    /** Through layers that autograd recorded, to their parameters of these numbers. */
    private void backwardByAutograd(String results, String gradients, int first, int end) {
        tape.byAutograd(results, gradients);
        for (int number = first; number < end; number++) {
            tape.found(number, "ops.prim.grad(p" + number + ")");
        }
    }

    @Override
    String input(String x, int channels) {
        given = super.input(x, channels);
        return given;
    }

    @Override
    String enter(String x, int pixels) {
        String before = last() ? CHANNELS_LAST : CHANNELS_FIRST;
        String result = super.enter(x, pixels);
        return layer(result, g -> add(x, op(before, g)));
    }

    @Override
    String inOrder(String x) {
        String result = super.inOrder(x);
        String before = last() ? CHANNELS_LAST : CHANNELS_FIRST;
        return inAutograd ? result : layer(result, g -> add(x, op(before, g)));
    }

    @Override
    String asHere(String x) {
        return layer(super.asHere(x), g -> add(x, op(CHANNELS_FIRST, g)));
    }

    @Override
    String padded(String x) {
        return layer(super.padded(x), g -> add(x, op("torch.constant_pad_nd(%s, [0, -1, 0, -1], 0)", g)));
    }

    @Override
    String rescale(String x, double factor) {
        String result = super.rescale(x, factor);
        return result.equals(x) ? x : layer(result, g -> add(x, op("torch.div(%s, %s)", g, factor)));
    }

    @Override
    public String addTo(String x, String y) {
        String result = super.addTo(x, y);
        return inAutograd
                ? result
                : layer(result, g -> {
                    add(x, g);
                    add(y, g);
                });
    }

    @Override
    String joined(String x, int channels, String y, int more) {
        return layer(super.joined(x, channels, y, more), g -> {
            add(x, op("torch.narrow(%s, 1, 0, %d)", g, channels));
            add(y, op("torch.narrow(%s, 1, %d, %d)", g, channels, more));
        });
    }

    @Override
    public String linear(String name, String x, int in, int out) {
        int number = parameterCount();
        String result = super.linear(name, x, in, out);
        return inAutograd
                ? result
                : layer(result, g -> {
                    tape.found(number, op("torch.mm(torch.t(%s), %s)", g, x));
                    tape.found(number + 1, op("torch.sum(%s, [0])", g));
                    add(x, op("torch.mm(%s, p%d)", g, number));
                });
    }

    @Override
    public String conv2d(String name, String x, int in, int out, int kernel, int stride, int padding) {
        int number = parameterCount();
        return layer(super.conv2d(name, x, in, out, kernel, stride, padding), g -> {
            Convolved found = convolved(g, x, "p" + number, out, stride, padding);
            tape.found(number, found.kernel());
            tape.found(number + 1, found.bias());
            add(x, found.x());
        });
    }

    /** Gradients of a convolution's input, kernel and bias, each by itself: a tuple would keep all of them as long as one is wanted. */
    private record Convolved(String x, String kernel, String bias) {}

    private Convolved convolved(String gradient, String x, String kernel, int out, int stride, int padding) {
        String all = op(
                "torch.convolution_backward(%s, %s, %s, [%d], [%d, %d], [%d, %d], [1, 1], False, [0, 0], 1, [%s, True, True])",
                gradient, x, kernel, out, stride, stride, padding, padding, x.equals(given) ? "False" : "True");
        return new Convolved(op("%s[0]", all), op("%s[1]", all), op("%s[2]", all));
    }

    @Override
    public String pointwise(String name, String x, int in, int out) {
        return byAutograd(x, leaf -> super.pointwise(name, leaf, in, out));
    }

    @Override
    String conv2dPlusPointwise(String conv, String h, String pointwise, String x, int in, int out) {
        if (!last()) {
            return super.conv2dPlusPointwise(conv, h, pointwise, x, in, out);
        }
        int number = parameterCount();
        return layer(super.conv2dPlusPointwise(conv, h, pointwise, x, in, out), g -> {
            Convolved found = convolved(g, h, "p" + number, out, 1, 1);
            String rows = op("torch.flatten(%s, 0, 2)", pixels(g));
            tape.found(number, found.kernel());
            tape.found(number + 1, found.bias());
            tape.found(number + 2, op("torch.mm(torch.t(%s), torch.flatten(%s, 0, 2))", rows, pixels(x)));
            tape.found(number + 3, found.bias());
            String product = op("torch.mm(%s, torch.view(p%d, [%d, %d]))", rows, number + 2, out, in);
            add(h, found.x());
            add(x, image(op("torch.view(%s, torch.size(%s))", product, pixels(x))));
        });
    }

    @Override
    String normedSilu(String name, String x, String shift, int channels, int groups, double eps) {
        return last()
                ? normedSiluByRows(name, x, shift, channels, groups, eps)
                : normedSiluInOrder(name, x, shift, channels, groups, eps);
    }

    private String normedSiluInOrder(String name, String x, String shift, int channels, int groups, double eps) {
        String shifted = shift == null ? x : op("torch.add_(%s, torch.unsqueeze(torch.unsqueeze(%s, 2), 3))", x, shift);
        int number = parameterCount();
        String weight = parameter(name + ".weight", Initial.ONES, 1, channels);
        String bias = parameter(name + ".bias", Initial.ZEROS, 1, channels);
        String pixels = op("torch.mul(torch.size(%s, 2), torch.size(%s, 3))", x, x);
        String found = op(
                "torch.native_group_norm(%s, %s, %s, torch.size(%s, 0), %d, %s, %d, %s)",
                shifted, weight, bias, x, channels, pixels, groups, eps);
        String normed = op("%s[0]", found);
        String mean = op("%s[1]", found);
        String rstd = op("%s[2]", found);
        return layer(silu(normed), g -> {
            String back = op(
                    "torch.native_group_norm_backward(torch.silu_backward(torch.contiguous(%s), %s), %s, %s, %s, %s,"
                            + " torch.size(%s, 0), %d, %s, %d, [True, True, True])",
                    g, normed, shifted, mean, rstd, weight, x, channels, pixels, groups);
            String dx = op("%s[0]", back);
            tape.found(number, op("%s[1]", back));
            tape.found(number + 1, op("%s[2]", back));
            if (shift != null) {
                add(shift, op("torch.sum(%s, [2, 3])", dx));
            }
            add(x, dx);
        });
    }

    /**
     * Of a group of M numbers x' = x + shift, with r = 1 / their standard deviation, z = w r (x' - mean) + b and dz what comes back to z:
     * {@code dx = w r dz - r mean(w dz) - r^3 mean(w dz (x' - mean)) (x' - mean)}; both means follow from those of dz and dz x in each
     * channel, as do the gradients of w, b and the shift.
     */
    private String normedSiluByRows(String name, String x, String shift, int channels, int groups, double eps) {
        int number = parameterCount();
        Normed normed = norm(name, x, shift, channels, groups, eps);
        String result = image(op("torch.unflatten(torch.silu(%s), 2, [-1, %d])", normed.rows(), channels));
        return layer(result, g -> {
            String dz = op("torch.silu_backward(%s, %s)", rows(g), normed.rows());
            String both = op("torch.chunk(%s, 2, 0)", means(dz, op("torch.mul(%s, %s)", dz, rows(x)), channels));
            String first = grouped(op("%s[0]", both), groups);
            String away = normed.shift() == null
                    ? op("torch.neg(%s)", normed.mean())
                    : op("torch.sub(%s, %s)", normed.shift(), normed.mean());
            String second = op("torch.addcmul(%s, %s, %s)", grouped(op("%s[1]", both), groups), first, away);
            String r = normed.rstd();
            String slope = rounded(op(
                    "torch.mul(torch.mean(torch.mul(%s, %s), [2], True), torch.mul(torch.pow(%s, 3), -1.))",
                    normed.weight(), second, r));
            String level = op("torch.mul(%s, torch.mean(torch.mul(%s, %s), [2], True))", r, normed.weight(), first);
            String offset = op(
                    "torch.expand(torch.sub(torch.mul(%s, %s), %s), [-1, -1, %d])",
                    slope, away, level, channels / groups);
            String rows = alongRows(op("torch.expand(%s, [-1, -1, %d])", slope, channels / groups), offset, x);
            String dx = image(op(
                    "torch.unflatten(torch.addcmul_(torch.addcmul(%s[1], %s, %s[0]), %s, %s), 2, [-1, %d])",
                    rows, rows(x), rows, dz, normed.scale(), channels));
            String pixels = op("torch.mul(torch.size(%s, 2), torch.size(%s, 3))", x, x);
            tape.found(
                    number, op("torch.mul(torch.flatten(torch.sum(torch.mul(%s, %s), [0])), %s)", second, r, pixels));
            tape.found(number + 1, op("torch.mul(torch.flatten(torch.sum(%s, [0])), %s)", first, pixels));
            if (shift != null) {
                String mean = op(
                        "torch.add(torch.addcmul(torch.mul(%s, %s), %s, %s), %s)",
                        op("torch.mul(%s, %s)", normed.weight(), r),
                        first,
                        slope,
                        grouped(normed.means(), groups),
                        offset);
                String sum = op("torch.mul(torch.flatten(%s, 1), %s)", mean, pixels);
                add(shift, half() ? op(ScalarType.BFLOAT16.cast(sum)) : sum);
            }
            String known = tape.take(x);
            add(x, known == null ? dx : op("torch.add_(%s, %s)", dx, known));
        });
    }

    @Override
    public String doubledConv2d(String name, String x, int in, int out) {
        if (!last()) {
            return byAutograd(x, leaf -> super.doubledConv2d(name, leaf, in, out));
        }
        int number = parameterCount();
        String weight = parameter(name + ".weight", Initial.UNIFORM, in * 9, out, in, 3, 3);
        String bias = parameter(name + ".bias", Initial.UNIFORM, in * 9, out);
        leaves.set(number);
        statement(GRADIENTS_ON);
        List<String> kernels = List.of(kernels(weight, 0), kernels(weight, 1));
        statement(GRADIENTS_OFF);
        return layer(doubled(x, kernels, bias, out), g -> {
            String rows = op("torch.unflatten(torch.flatten(%s, 2, 3), 1, [-1, 2])", pixels(g));
            List<Convolved> found = new ArrayList<>();
            for (int row = 0; row < 2; row++) {
                String phases = image(op(
                        "torch.new_zeros(%s, [torch.size(%s, 0), torch.add(torch.size(%s, 2), 1),"
                                + " torch.add(torch.size(%s, 3), 1), %d])",
                        x, x, x, x, 2 * out));
                op("torch.copy_(" + rowsOfPhases(x, row, out) + ", torch.select(%s, 2, %d))", phases, rows, row);
                found.add(convolved(phases, x, kernels.get(row), 2 * out, 1, 1));
            }
            Convolved first = found.get(0);
            Convolved second = found.get(1);
            backwardByAutograd(String.join(", ", kernels), first.kernel() + ", " + second.kernel(), number, number + 1);
            tape.found(
                    number + 1,
                    op("torch.sum(torch.unflatten(torch.add(%s, %s), 0, [2, -1]), [0])", first.bias(), second.bias()));
            add(x, op("torch.add_(%s, %s)", first.x(), second.x()));
        });
    }
}
