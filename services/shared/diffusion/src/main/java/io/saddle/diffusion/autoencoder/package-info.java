/** Autoencoders between images and latents: diffusers' AutoencoderKL and AutoencoderTiny, and pairs of TorchScript files. */
package io.saddle.diffusion.autoencoder;
