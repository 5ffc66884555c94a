package io.saddle.dualupdater;

/**
 * A name that a run's state keeps. Whoever may write to a topic chooses it, and a state that its changelog refuses as too large would
 * stop the partition: the same record would fail again and again.
 */
final class KeptName {

    /** Well over what specifications and deployments can give. */
    private static final int LONGEST = 255;

    private KeptName() {}

    /**
     * The name.
     *
     * @param of what it names
     * @throws IllegalArgumentException if it is too long to be kept
     */
    static String of(String of, String name) {
        if (name.length() > LONGEST) {
            throw new IllegalArgumentException("the name of its " + of + " has " + name.length()
                    + " characters, more than " + LONGEST + ": name it shorter");
        }
        return name;
    }
}
