/** Pipelines and their executions, through the console. */
package io.saddle.cli.pipeline;
