package io.saddle.diffusion.network;

import io.saddle.diffusion.torch.TorchProgram;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The common part of scripts whose gradients {@link GradientSum} adds up. */
final class GradientScript {
    /** at::Reduction::None: a loss function gives every element's loss. */
    static final int NO_REDUCTION = 0;

    private GradientScript() {}

    /**
     * A method {@code name(arguments, w, leaves)} that returns the row losses [B] and adds to each of the leaves its gradient of
     * sum_b w_b rowLoss_b.
     *
     * @param rowLosses statements that compute {@code rows} [B] from {@code leaves}
     */
    static String method(String name, String arguments, String rowLosses) {
        return "  def " + name + "(self: " + TorchProgram.SELF + ", " + arguments
                + ", w: Tensor, leaves: List[Tensor]) -> Tensor:\n"
                + "    mode = torch.is_grad_enabled()\n"
                // DJL turns gradients off in the thread that starts the engine.
                + "    torch.set_grad_enabled(True)\n"
                + rowLosses
                + "    torch.autograd.backward([torch.sum(torch.mul(rows, w))])\n"
                + "    torch.set_grad_enabled(mode)\n"
                + "    return torch.detach(rows)\n";
    }

    /**
     * The methods of {@link GradientSum}: one makes leaves of a flat vector, two give their gradients, one by one and joined, and one adds to
     * them: it takes the leaves, then a part for each. What comes backward to a leaf is added to its gradient, or copied where it has none.
     */
    static String leafMethods(ScriptBody body) {
        int count = body.layout().leaves().size();
        String gradients = list(0, count, "ops.prim.grad(leaves[%d])");
        return "  def leaves(self: " + TorchProgram.SELF + ", flat: Tensor) -> List[Tensor]:\n"
                + "    s = " + body.leaves("flat") + "\n"
                + "    return " + list(0, count, "torch.requires_grad_(torch.detach(s[%d]), True)") + "\n"
                + "  def gradients(self: " + TorchProgram.SELF + ", leaves: List[Tensor]) -> List[Tensor]:\n"
                + "    return " + gradients + "\n"
                + "  def joined(self: " + TorchProgram.SELF + ", leaves: List[Tensor]) -> Tensor:\n"
                + "    return torch.cat(" + gradients + ", 0)\n"
                + "  def take(self: " + TorchProgram.SELF + ", both: List[Tensor]) -> Tensor:\n"
                + "    parts = annotate(List[Optional[Tensor]], " + list(count, 2 * count, "both[%d]") + ")\n"
                + "    torch.autograd.backward(" + list(0, count, "both[%d]") + ", parts)\n"
                + "    return both[0]\n";
    }

    private static String list(int from, int to, String element) {
        return IntStream.range(from, to).mapToObj(element::formatted).collect(Collectors.joining(", ", "[", "]"));
    }
}
