package io.saddle.cli.doctor;

/** The reason of a failure in a line. */
final class Cause {

    private Cause() {}

    /** What the innermost cause says. */
    static String of(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String said = cause.getMessage();
        return said == null || said.isBlank()
                ? cause.getClass().getSimpleName()
                : said.strip().replaceAll("\\s+", " ");
    }
}
