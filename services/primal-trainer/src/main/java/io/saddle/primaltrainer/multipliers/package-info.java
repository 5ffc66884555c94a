/** The multipliers that a run has seen, and the choice of those that a step uses. */
package io.saddle.primaltrainer.multipliers;
