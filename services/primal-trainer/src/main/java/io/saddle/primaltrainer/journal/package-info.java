/** The records and files that a run writes, in order, beside its training. */
package io.saddle.primaltrainer.journal;
