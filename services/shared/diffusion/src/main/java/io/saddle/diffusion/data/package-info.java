/** Labelled images: IDX and PNG files, the bundled digits, and selections of classes from them. */
package io.saddle.diffusion.data;
