package io.saddle.cli.verify;

import io.saddle.schema.GradientSummary;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who made some steps, as far as their records say: what their last bits hang on beside the state before them. Those of earlier releases say
 * nothing.
 *
 * @param builds of the trainers
 * @param threads of libtorch that shared a step
 */
record StepMakers(Set<String> builds, Set<Integer> threads) {

    StepMakers() {
        this(new TreeSet<>(), new TreeSet<>());
    }

    void add(GradientSummary step) {
        if (!step.getBuild().isEmpty()) {
            builds.add(step.getBuild());
        }
        if (step.getThreads() > 0) {
            threads.add(step.getThreads());
        }
    }

    void addAll(StepMakers others) {
        builds.addAll(others.builds);
        threads.addAll(others.threads);
    }

    /** True if it is known that a build other than this one made some of them. */
    boolean areNotOnly(String build) {
        return builds.stream().anyMatch(maker -> !maker.equals(build));
    }
}
