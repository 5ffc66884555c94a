/** The losses of snapshots on the constraints' data: RAW snapshots in, loss estimates out. */
package io.saddle.constraintevaluator;
