package io.saddle.lab.bench;

import picocli.CommandLine.Option;

/** The wish for a bench that shows that it works: as little as possible of everything, whatever its other options say. */
public final class QuickOption {

    @Option(
            names = "--quick",
            description = "The least of everything, to see that the bench works here: its figures say nothing.")
    private boolean asked;

    public boolean isAsked() {
        return asked;
    }

    /** How much there is of something: as usual, or the least. */
    public int of(int usual, int least) {
        return asked ? least : usual;
    }
}
