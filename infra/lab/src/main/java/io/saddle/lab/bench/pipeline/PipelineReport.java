package io.saddle.lab.bench.pipeline;

import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The tables of one run. */
final class PipelineReport {

    private static final Goal OUTSIDE_PERCENT = Goal.atMost(2);
    private static final Goal PAUSE_STEPS = Goal.atMost(1);
    private static final Goal UNDISTURBED = Goal.atMost(1.05);
    private static final String JUDGED = "judged on the other cores";
    private static final String UNJUDGED = "judged by nobody";

    private PipelineReport() {}

    /**
     * @param title of the run, for example its mode
     * @param warmUp steps at the beginning that do not count
     */
    static List<Comparison> of(String title, RunRecords run, long warmUp) {
        return List.of(
                steps(title, StepTimes.of(run, warmUp), warmUp), passes(title, DualPass.of(run, warmUp), warmUp));
    }

    /** Steps of the trainer on a core of its own, beside evaluators on the others and without; a round for each pair of runs. */
    static Comparison apart(List<StepTimes> judged, List<StepTimes> unjudged) {
        return Comparison.of(
                        "a step of the trainer, held to a core of its own",
                        "ms/step",
                        List.of(byRound(JUDGED, judged), byRound(UNJUDGED, unjudged)))
                .withRatio(JUDGED, UNJUDGED, UNDISTURBED);
    }

    private static Side.Measured byRound(String name, List<StepTimes> rounds) {
        return Side.Measured.ofMillisByRound(
                name, rounds.stream().map(StepTimes::whole).toList());
    }

    private static Comparison steps(String title, StepTimes times, long warmUp) {
        Side.Measured whole = Side.Measured.ofMillis("step", times.whole());
        double outside = times.percentOutside();
        double pause = Arrays.stream(times.pauses()).max().orElse(0)
                / whole.statistics().median();
        return Comparison.of(
                        title + ": where a step's time goes, all topics on",
                        "ms",
                        List.of(
                                whole,
                                Side.Measured.ofMillis("  inside libtorch", times.libtorch()),
                                Side.Measured.ofMillis("  data, noise, plan", times.preparing()),
                                Side.Measured.ofMillis("  between two steps", times.between()),
                                Side.Measured.ofMillis("    of which with a copy", times.pauses()),
                                Side.Measured.ofMillis("waiting for multipliers", times.waits())))
                .withFacts(Json.object()
                        .put("percentOutsideLibtorch", outside)
                        .put("percentWaiting", times.percentWaiting())
                        .put("longestPauseInSteps", pause)
                        .put("warmUpSteps", warmUp))
                .withNote(text(
                        "outside libtorch: %.2f %% of the steps' time, %s", outside, OUTSIDE_PERCENT.verdict(outside)))
                .withNote(text(
                        "longest pause for a snapshot or checkpoint: %.2f of a median step, %s",
                        pause, PAUSE_STEPS.verdict(pause)))
                .withNote(text(
                        "waiting for multipliers: %.1f %% of the run's time (counted apart)", times.percentWaiting()));
    }

    private static Comparison passes(String title, List<DualPass> passes, long warmUp) {
        return Comparison.of(
                        title + ": from a snapshot's announcement to the step that takes its multipliers",
                        "ms",
                        List.of(
                                side("whole", passes, DualPass::whole),
                                side("  without computing", passes, DualPass::withoutComputing),
                                side("  evaluator has it", passes, DualPass::takingUp),
                                side("  evaluating", passes, DualPass::evaluating),
                                side("    of which computing", passes, DualPass::computing),
                                side("  estimate -> dual step", passes, DualPass::updating),
                                side("  dual step -> applied", passes, DualPass::applying),
                                side("before: step -> announced", passes, DualPass::announcing)))
                .withFacts(Json.object().put("warmUpSteps", warmUp));
    }

    private static Side.Measured side(String name, List<DualPass> passes, ToDoubleFunction<DualPass> leg) {
        return Side.Measured.ofMillis(name, passes.stream().mapToDouble(leg).toArray());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
