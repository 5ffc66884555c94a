package io.saddle.lab.bench;

import picocli.CommandLine.Option;

/** The number of turns that each contender of a comparison has. */
public final class RoundsOption {

    @Option(names = "--rounds", paramLabel = "N", description = "Turns of each contender (default: ${DEFAULT-VALUE}).")
    private int number;

    /** @param usual the default */
    public RoundsOption(int usual) {
        number = usual;
    }

    /** The turns, as they were given. */
    public int number() {
        return number;
    }
}
