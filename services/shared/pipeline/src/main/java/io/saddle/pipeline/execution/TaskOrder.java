package io.saddle.pipeline.execution;

import io.saddle.schema.TaskAction;

/**
 * What a worker is told of a task.
 *
 * @param step the instance
 * @param parameters JSON; empty for all but START
 */
public record TaskOrder(String step, int attempt, String kind, TaskAction action, String parameters) {}
