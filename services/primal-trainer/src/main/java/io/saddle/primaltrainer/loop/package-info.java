/** The primal loop: step by step, under the multipliers in force, until the run ends. */
package io.saddle.primaltrainer.loop;
