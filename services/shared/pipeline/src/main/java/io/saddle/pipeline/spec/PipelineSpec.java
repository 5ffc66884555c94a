package io.saddle.pipeline.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline, valid: {@link PipelineParser} has looked for mistakes. What each field means stands in {@code pipeline.schema.json}.
 *
 * @param schedule what starts it by itself; null: nothing does
 * @param steps in the order in which they are written; none needs one that needs it
 */
public record PipelineSpec(String name, String description, Schedule schedule, List<Step> steps) {

    /** The kind of steps that are runs. */
    public static final String RUN = "run";

    /** The kind of steps that are runs from another run's model. */
    public static final String FORK = "fork";

    /** The kind of steps that a person decides. */
    public static final String APPROVAL = "approval";

    /** The parameter of such a step: what the person is asked. */
    public static final String QUESTION = "question";

    /** The kinds of what this program's workers do, of which the parameters are known. */
    static final List<String> WORK = List.of("data", "encode", "judge", "export");

    public PipelineSpec {
        steps = List.copyOf(steps);
    }

    /** The step of this name. */
    public Optional<Step> step(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }

    /**
     * A step.
     *
     * @param needs names of steps
     * @param instances one without a matrix
     * @param timeout of an attempt; null: none
     * @param kind {@link #RUN}, {@link #FORK}, {@link #APPROVAL}, or the kind of a task
     */
    public record Step(
            String name,
            List<String> needs,
            List<Condition> when,
            List<Instance> instances,
            Retries retries,
            Duration timeout,
            String kind) {

        public Step {
            needs = List.copyOf(needs);
            when = List.copyOf(when);
            instances = List.copyOf(instances);
        }

        /** Whether whoever is at a task of this kind says so: runs and this program's workers do, others may or may not. */
        public boolean isAnnounced() {
            return isRun() || WORK.contains(kind);
        }

        /** Whether a person decides it. */
        public boolean isApproval() {
            return kind.equals(APPROVAL);
        }

        /** Whether each attempt is a run. */
        public boolean isRun() {
            return isRun(kind);
        }

        /** Whether each attempt of a step of this kind is a run. */
        public static boolean isRun(String kind) {
            return kind.equals(RUN) || kind.equals(FORK);
        }
    }

    /**
     * A step with one combination of its matrix.
     *
     * @param name the step's, and the combination behind it
     * @param parameters of its task: a run's specification without name, a run and changes of it, what the worker is told, or what a
     *     person is asked ({@link #QUESTION}); references to steps stand in it still, those to the matrix do not
     */
    public record Instance(String name, ObjectNode parameters) {}

    /**
     * Attempts after the first.
     *
     * @param times at most so many
     * @param firstWait before the second attempt; doubles with each further one, up to an hour
     */
    public record Retries(int times, Duration firstWait) {

        private static final Duration LONGEST = Duration.ofHours(1);

        /** The wait after so many attempts have failed. */
        public Duration after(int failed) {
            Duration doubled = firstWait;
            for (int i = 1; i < failed && doubled.compareTo(LONGEST) < 0; i++) {
                doubled = doubled.multipliedBy(2);
            }
            return doubled.compareTo(LONGEST) < 0 || firstWait.compareTo(LONGEST) >= 0 ? doubled : LONGEST;
        }
    }

    /**
     * A condition on what a step has made; of {@code below}, {@code above}, {@code is} and {@code held} those that are not null hold.
     *
     * @param output null where {@code held} is asked
     */
    public record Condition(String step, String output, Double below, Double above, String is, Boolean held) {}
}
