/** TorchScript files that somebody brought, each with a description beside it that says what goes in. */
package io.saddle.diffusion.torchscript;
