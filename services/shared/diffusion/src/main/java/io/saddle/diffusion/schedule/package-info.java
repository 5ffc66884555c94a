/** The forward process: noise schedules and what a network predicts, as diffusers has them. */
package io.saddle.diffusion.schedule;
