package io.saddle.lab.bench.pipeline;

import io.saddle.schema.GradientSummary;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * The times of a run's steps, in milliseconds, by where they went.
 *
 * @param summaries of the steps that count
 * @param run all that is known of the run
 */
record StepTimes(List<GradientSummary> summaries, RunRecords run) {

    /** Of the steps after {@code after} that tell where their time went. */
    static StepTimes of(RunRecords run, long after) {
        List<GradientSummary> told = run.summaries().stream()
                .filter(summary -> summary.getStep() > after)
                .filter(summary -> summary.getLibtorchMillis() != null && summary.getBetweenMillis() != null)
                .toList();
        return new StepTimes(told, run);
    }

    /** Each step with the time before it that nothing was waited for: what a step costs. */
    double[] whole() {
        return of(StepTimes::cost);
    }

    /** Inside libtorch, on the critical path. */
    double[] libtorch() {
        return of(GradientSummary::getLibtorchMillis);
    }

    /** Within the step, outside libtorch: data, noise, the plan of the batch, diagnostics. */
    double[] preparing() {
        return of(summary -> summary.getStepMillis() - summary.getLibtorchMillis());
    }

    /** Between two steps: records, copies of the model, looking up what is wanted. */
    double[] between() {
        return of(GradientSummary::getBetweenMillis);
    }

    /** The time between steps where the model was copied for a snapshot or a checkpoint. */
    double[] pauses() {
        return of(summary -> run.copied().contains(summary.getStep() - 1), GradientSummary::getBetweenMillis);
    }

    /** The wait for multipliers of each step that did wait. */
    double[] waits() {
        return of(summary -> summary.getWaitMillis() > 0, GradientSummary::getWaitMillis);
    }

    /** Share of the steps' time outside libtorch, waiting apart; percent. */
    double percentOutside() {
        return 100 * (1 - sum(GradientSummary::getLibtorchMillis) / sum(StepTimes::cost));
    }

    /** Share of the run's time in which multipliers were waited for; percent. */
    double percentWaiting() {
        double wait = sum(GradientSummary::getWaitMillis);
        return 100 * wait / (wait + sum(StepTimes::cost));
    }

    private static double cost(GradientSummary summary) {
        return summary.getStepMillis() + summary.getBetweenMillis();
    }

    private double sum(ToDoubleFunction<GradientSummary> figure) {
        return summaries.stream().mapToDouble(figure).sum();
    }

    private double[] of(ToDoubleFunction<GradientSummary> figure) {
        return of(summary -> true, figure);
    }

    private double[] of(Predicate<GradientSummary> which, ToDoubleFunction<GradientSummary> figure) {
        return summaries.stream().filter(which).mapToDouble(figure).toArray();
    }
}
