package io.saddle.diffusion.network;

import io.saddle.diffusion.torch.TorchProgram;

/** The common part of scripts that return row losses and the gradient of their weighted sum. */
final class GradientScript {
    /** at::Reduction::None: a loss function gives every element's loss. */
    static final int NO_REDUCTION = 0;

    private GradientScript() {}

    /**
     * A method of the given signature, which has arguments {@code flat} and {@code w}, that returns (row losses [B],
     * gradient of sum_b w_b rowLoss_b).
     *
     * @param rowLosses statements that compute {@code rows} [B] from {@code leaf}
     */
    static String method(String name, String arguments, String rowLosses) {
        return "  def " + name + "(self: " + TorchProgram.SELF + ", " + arguments
                + ", w: Tensor, flat: Tensor) -> Tuple[Tensor, Tensor]:\n"
                + "    mode = torch.is_grad_enabled()\n"
                // DJL turns gradients off in the thread that starts the engine.
                + "    torch.set_grad_enabled(True)\n"
                + "    leaf = torch.requires_grad_(torch.detach(flat), True)\n"
                + rowLosses
                + "    loss = torch.sum(torch.mul(rows, w))\n"
                + "    g = (torch.autograd.grad([loss], [leaf]))[0]\n"
                + "    if torch.__isnot__(g, None):\n"
                + "      gradient = unchecked_cast(Tensor, g)\n"
                + "    else:\n"
                + "      gradient = torch.zeros_like(flat)\n"
                + "    torch.set_grad_enabled(mode)\n"
                + "    return (torch.detach(rows), gradient)\n";
    }
}
