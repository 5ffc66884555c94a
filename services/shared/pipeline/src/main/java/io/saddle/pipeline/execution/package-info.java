/** The course of an execution, as a value: what is wanted of it and how its tasks ended in, the next tasks out. */
package io.saddle.pipeline.execution;
