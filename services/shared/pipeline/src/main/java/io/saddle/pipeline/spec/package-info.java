/** The definition of a pipeline: its format, its rules, and every mistake with its place. */
package io.saddle.pipeline.spec;
