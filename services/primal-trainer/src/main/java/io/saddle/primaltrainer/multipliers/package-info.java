/** The multipliers that the dual side sends, and which of them a step takes. */
package io.saddle.primaltrainer.multipliers;
