package io.saddle.lab.soak;

import java.util.List;
import java.util.Map;

/** One kind of fault, done to a real stack while it trains. */
public abstract class Scenario {

    private final String name;
    private final String fault;

    /**
     * @param name on the command line, for example {@code kills}
     * @param fault one sentence that says what is done
     */
    Scenario(String name, String fault) {
        this.name = name;
        this.fault = fault;
    }

    public final String name() {
        return name;
    }

    public final String fault() {
        return fault;
    }

    /** True if it needs a stack that nobody uses before or after it. */
    boolean ownStack() {
        return false;
    }

    /** The environment of the processes of its own stack, beside this process's. */
    Map<String, String> environment() {
        return Map.of();
    }

    /**
     * Does it.
     *
     * @return what had to hold, and whether it did
     * @throws NotHereException if this machine lacks what it takes
     * @throws Exception if it could not be carried out: counts as a claim that did not hold
     */
    abstract List<Claim> run(SoakStack stack) throws Exception;
}
