package io.saddle.lab.soak;

import io.saddle.stack.testing.TestCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One kind of fault, done to a real stack while it trains. */
public abstract class Scenario {

    private final String name;
    private final String fault;
    private final Map<String, String> environment;

    /**
     * A scenario on a stack that others use before and after it.
     *
     * @param name on the command line, for example {@code kills}
     * @param fault one sentence that says what is done
     */
    Scenario(String name, String fault) {
        this(name, fault, null);
    }

    /**
     * A scenario on a stack that nobody uses before or after it.
     *
     * @param environment of that stack's processes, beside this process's
     */
    Scenario(String name, String fault, Map<String, String> environment) {
        this.name = name;
        this.fault = fault;
        this.environment = environment;
    }

    public final String name() {
        return name;
    }

    public final String fault() {
        return fault;
    }

    /** The environment of the stack that it needs for itself; empty if it needs none. */
    final Optional<Map<String, String>> ownStack() {
        return Optional.ofNullable(environment);
    }

    /** The services of the stack that it needs for itself. */
    List<String> services() {
        return TestCluster.SERVICES;
    }

    /** Which of the faults the last {@link #run} could not make here, and why; the others were tried. */
    List<String> leftOut() {
        return List.of();
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
