package io.saddle.lab.soak;

import java.util.List;
import java.util.Map;

/** One kind of fault, done to a real stack while it trains. */
public interface Scenario {

    /** On the command line, for example {@code kills}. */
    String name();

    /** One sentence that says what is done. */
    String fault();

    /** True if it needs a stack that nobody uses before or after it. */
    default boolean ownStack() {
        return false;
    }

    /** The environment of the processes of its own stack, beside this process's. */
    default Map<String, String> environment() {
        return Map.of();
    }

    /**
     * Does it.
     *
     * @return what had to hold, and whether it did
     * @throws NotHereException if this machine lacks what it takes
     * @throws Exception if it could not be carried out: counts as a claim that did not hold
     */
    List<Claim> run(SoakStack stack) throws Exception;
}
