/** Curves of runs, kept small from the topics' records. */
package io.saddle.console.history;
