/** Random numbers named by what they are for. */
package io.saddle.diffusion.random;
