/** The run specification: its schema, rules, derived values, and every mistake with its place. */
package io.saddle.run.spec;
