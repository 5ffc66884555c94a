/** The way to libtorch through DJL: the runtime, TorchScript programs and modules, devices; the only package that knows DJL's internal classes. */
package io.saddle.diffusion.torch;
