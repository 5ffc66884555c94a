package io.saddle.pipeline.execution;

import java.util.List;

/**
 * The effect of something on an execution.
 *
 * @param execution after it
 * @param orders to workers, in this order
 */
public record Transition(Execution execution, List<TaskOrder> orders) {

    public Transition {
        orders = List.copyOf(orders);
    }

    static Transition unchanged(Execution execution) {
        return new Transition(execution, List.of());
    }
}
