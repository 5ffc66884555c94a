/** Reverse processes, and the images that they generate. */
package io.saddle.diffusion.sampling;
