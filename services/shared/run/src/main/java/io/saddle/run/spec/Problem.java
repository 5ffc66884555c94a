package io.saddle.run.spec;

/**
 * One mistake in a run specification.
 *
 * @param path where it is ({@code constraints[1].threshold}, or line and column of text that cannot be read); empty for the
 *     whole
 * @param message what is wrong and, where it is not plain, what to do
 */
public record Problem(String path, String message) {

    @Override
    public String toString() {
        return path.isEmpty() ? message : path + ": " + message;
    }
}
