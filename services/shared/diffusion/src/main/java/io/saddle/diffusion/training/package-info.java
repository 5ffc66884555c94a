/** The primal descent of one run: the Lagrangian's gradient, AdamW and the average of the weights. */
package io.saddle.diffusion.training;
