/** What a run says and keeps, in order, in transactions of the run's own. */
package io.saddle.primaltrainer.journal;
