/** Time and energy to a stated quality: saddle's whole stack against a plain training script in PyTorch. */
package io.saddle.lab.bench.quality;
