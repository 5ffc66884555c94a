package io.saddle.run.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A run specification with mistakes: all of them at once, one a line in the message. */
public final class InvalidRunSpecException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * @param sourceName what the person calls the specification, e.g. its file name; begins every line of the message
     * @param problems at least one
     */
    public InvalidRunSpecException(String sourceName, List<Problem> problems) {
        super(problems.stream()
                .map(problem -> sourceName + ": " + problem)
                .collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
