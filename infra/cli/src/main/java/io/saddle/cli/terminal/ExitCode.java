package io.saddle.cli.terminal;

/** What the command line's exit codes mean. */
public final class ExitCode {

    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;
    public static final int INVALID_INPUT = 4;
    public static final int STOPPED = 5;

    private ExitCode() {}
}
