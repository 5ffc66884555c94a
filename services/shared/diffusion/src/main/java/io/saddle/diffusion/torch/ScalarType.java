package io.saddle.diffusion.torch;

/** Number formats in the text of a {@link TorchProgram}, which knows them by the numbers of c10::ScalarType. */
public enum ScalarType {
    FLOAT32(6),
    FLOAT64(7),
    BFLOAT16(15);

    private final int code;

    ScalarType(int code) {
        this.code = code;
    }

    /** The expression that brings a tensor to this format. */
    public String cast(String tensor) {
        return "torch.to(" + tensor + ", " + code + ")";
    }

    /** The format as the text writes it where a {@code dtype} is asked for. */
    public String text() {
        return Integer.toString(code);
    }
}
