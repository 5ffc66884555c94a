package io.saddle.diffusion.network;

/** Number format of weights and activations inside the network. Weights are kept, and losses computed, in float32 always. */
public enum Precision {
    /** float32. */
    FP32,
    /** bfloat16; the norms' parameters and tables of embeddings stay float32. */
    BF16
}
