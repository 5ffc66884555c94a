/** The FID evaluator: snapshots in, samples, their FID and their class frequencies out. */
package io.saddle.fidevaluator;
