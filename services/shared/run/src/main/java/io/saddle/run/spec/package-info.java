/** The run specification: its one parser, its schema, its rules. */
package io.saddle.run.spec;
