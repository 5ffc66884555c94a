package io.saddle.lab.soak;

import java.util.List;

/**
 * The outcome of one scenario.
 *
 * @param scenario its name
 * @param fault what was done
 * @param claims what had to hold; empty if it was skipped
 * @param skipped why it could not be tried here; null if it was
 * @param seconds how long it took
 */
public record Outcome(String scenario, String fault, List<Claim> claims, String skipped, double seconds) {

    public Outcome {
        claims = List.copyOf(claims);
    }

    /** True if all that had to hold did. */
    public boolean held() {
        return claims.stream().allMatch(Claim::held);
    }
}
