/** The training of a run as its specification has it: its sources, its steps, and the files that hold its state. */
package io.saddle.model.training;
