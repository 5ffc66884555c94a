package io.saddle.cli.terminal;

/** The command line's exit codes. */
public final class ExitCode {

    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    /** Kafka, the console or the artifact store does not answer: the same may go well later. */
    public static final int UNREACHABLE = 3;

    public static final int INVALID_INPUT = 4;
    public static final int STOPPED = 5;

    private ExitCode() {}
}
