/** A run's pace and standing. */
package io.saddle.primaltrainer.progress;
