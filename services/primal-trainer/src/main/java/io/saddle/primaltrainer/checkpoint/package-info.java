/** A run's checkpoints, and the state that a run starts or goes on from. */
package io.saddle.primaltrainer.checkpoint;
