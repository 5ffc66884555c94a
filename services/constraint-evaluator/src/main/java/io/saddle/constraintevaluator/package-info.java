/** The constraint evaluator: snapshots in, estimates of each constraint's loss out. */
package io.saddle.constraintevaluator;
