/** Traces over the records' headers. */
package io.saddle.tracing;
