/** The scores of snapshots: EMA snapshots in, FID, class frequencies and sample grids out. */
package io.saddle.fidevaluator;
