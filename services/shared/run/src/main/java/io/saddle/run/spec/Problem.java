package io.saddle.run.spec;

import java.util.List;

/**
 * One mistake in a run specification.
 *
 * @param path where it is ({@code constraints[1].threshold}, or line and column of text that cannot be read); empty for the
 *     whole
 * @param message what is wrong and, where it is not plain, what to do
 */
public record Problem(String path, String message) {

    /** Problems of a part, by their places in the whole. */
    public static List<Problem> under(String part, List<Problem> problems) {
        return problems.stream()
                .map(problem ->
                        new Problem(problem.path().isEmpty() ? part : part + "." + problem.path(), problem.message()))
                .toList();
    }

    /** The problems that were not said already of what this was inherited from. */
    public static List<Problem> without(List<Problem> said, List<Problem> problems) {
        return problems.stream().filter(problem -> !said.contains(problem)).toList();
    }

    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
