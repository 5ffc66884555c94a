/** A run's slots: given out, computed by whichever trainer takes them, and merged. */
package io.saddle.primaltrainer.slot;
