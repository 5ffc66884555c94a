package io.saddle.lab.soak;

import java.util.List;

/**
 * The outcome of one scenario.
 *
 * @param scenario its name
 * @param fault what was done
 * @param claims what had to hold; empty if it was skipped
 * @param skipped why it could not be tried here; null if it was
 * @param leftOut which of the faults could not be made here, and why; the others were tried
 * @param seconds how long it took
 */
public record Outcome(
        String scenario, String fault, List<Claim> claims, String skipped, List<String> leftOut, double seconds) {

    public Outcome {
        claims = List.copyOf(claims);
        leftOut = List.copyOf(leftOut);
    }

    /** True if all that had to hold did. */
    public boolean held() {
        return claims.stream().allMatch(Claim::held);
    }
}
