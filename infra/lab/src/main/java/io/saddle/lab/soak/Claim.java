package io.saddle.lab.soak;

/**
 * One thing that must hold under a fault.
 *
 * @param what the claim, a sentence
 * @param held whether it did
 * @param seen the figures behind the verdict
 */
public record Claim(String what, boolean held, String seen) {

    /** The same of one among several that are alike. */
    Claim with(String which) {
        return new Claim(what + which, held, seen);
    }

    /** A claim that two things are equal; shows both where they are not. */
    static Claim equal(String what, Object expected, Object seen) {
        boolean held = expected.equals(seen);
        return new Claim(what, held, held ? String.valueOf(seen) : seen + " instead of " + expected);
    }
}
