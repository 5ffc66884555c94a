package io.saddle.run.spec;

import java.util.regex.Pattern;

/** The rule of the names of runs, constraints and evaluators: {@code identifier} of the specification's schema. */
public final class Identifiers {

    /** Characters. */
    public static final int LONGEST = 63;

    public static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (LONGEST - 1) + "}");

    private Identifiers() {}
}
