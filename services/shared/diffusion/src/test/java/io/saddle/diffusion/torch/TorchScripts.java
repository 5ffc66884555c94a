package io.saddle.diffusion.torch;

/** TorchScript files without Python. */
public final class TorchScripts {
    private TorchScripts() {}

    /** A module whose {@code forward(x)} returns the expression. */
    public static byte[] module(String expression) {
        return TorchScriptArchive.build("  def forward(self: " + TorchProgram.SELF
                + ", x: Tensor) -> Tensor:\n    return " + expression + "\n");
    }
}
