/** Networks as TorchScript on one flat vector of weights: the U-Net of diffusers and a small classifier. */
package io.saddle.diffusion.network;
