/**
 * Executions of pipelines. A topology takes them from step to step, exactly once, and orders tasks; what works at tasks reads those
 * orders and says how they ended. In the console's process and not one of its own: what comes of the most frequent task, a run, is
 * written by the console alone and told by what it reads anyway, and a decision a second is no reason for one more JVM. Nothing here
 * is called by the rest of the console but through topics.
 */
package io.saddle.console.pipeline;
