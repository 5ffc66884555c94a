/** Data sets of latents: what an autoencoder makes of a data set's images. */
package io.saddle.model.latents;
