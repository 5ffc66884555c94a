/** Commands on a run's constraints and on the evaluators that measure them. */
package io.saddle.cli.constraint;
