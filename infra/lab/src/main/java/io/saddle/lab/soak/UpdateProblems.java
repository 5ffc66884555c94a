package io.saddle.lab.soak;

import io.saddle.schema.MultiplierUpdate;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with the updates of one run, in words: the first of it. */
final class UpdateProblems {

    private static final int KEPT = 10;

    private final List<String> problems = new ArrayList<>();

    void add(MultiplierUpdate update, String what) {
        if (problems.size() < KEPT) {
            problems.add("run " + update.getRunId() + ", dual step " + update.getDualStep() + ": " + what);
        }
    }

    /** At most {@value #KEPT} of them. */
    List<String> all() {
        return List.copyOf(problems);
    }
}
