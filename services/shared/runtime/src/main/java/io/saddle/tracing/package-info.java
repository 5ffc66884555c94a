/** Traces that records carry from service to service. */
package io.saddle.tracing;
