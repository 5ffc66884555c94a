package io.saddle.model;

import io.saddle.artifact.StoreUnavailableException;
import io.saddle.run.spec.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What the parts of a check have found to be wrong, each with its path in the specification. */
final class Findings {
    private final List<Problem> problems = new ArrayList<>();

    /** Something that may turn out to be wrong. */
    @FunctionalInterface
    interface Attempt {
        void make() throws IOException;
    }

    /**
     * Whatever an attempt fails by is a problem at {@code path}.
     *
     * @throws StoreUnavailableException if the store is away: that is no problem of what is looked at
     */
    void attempt(String path, Attempt attempt) {
        try {
            attempt.make();
        } catch (IOException | IllegalArgumentException e) {
            StoreUnavailableException.letThrough(e);
            add(path, e.getMessage());
        }
    }

    void add(String path, String message) {
        problems.add(new Problem(path, message));
    }

    void addAll(Collection<Problem> more) {
        problems.addAll(more);
    }

    List<Problem> problems() {
        return problems;
    }
}
