/** Files that others read and write: safetensors, numpy's npz, and folders of diffusers. */
package io.saddle.diffusion.files;
