/** What a run goes on from: its checkpoints, where they lie, where it begins without one. */
package io.saddle.primaltrainer.checkpoint;
