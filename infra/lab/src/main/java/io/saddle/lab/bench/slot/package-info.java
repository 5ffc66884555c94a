/** What a second trainer is worth to a run with slots. */
package io.saddle.lab.bench.slot;
