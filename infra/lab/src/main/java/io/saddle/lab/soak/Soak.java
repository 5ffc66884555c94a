package io.saddle.lab.soak;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs scenarios one after the other, on one stack as long as it stands. */
public final class Soak implements AutoCloseable {

    private final Path folder;
    private final Consumer<String> say;
    private SoakStack shared;

    /**
     * @param folder the stacks' temporary folders are made in it
     * @param say takes lines for a person
     */
    public Soak(Path folder, Consumer<String> say) {
        this.folder = folder;
        this.say = say;
    }

    /** Tries each scenario, whatever became of the ones before it. */
    public List<Outcome> run(List<Scenario> scenarios) {
        return run(scenarios, outcomes -> {});
    }

    /** @param soFar told all outcomes there are, after each */
    List<Outcome> run(List<Scenario> scenarios, Consumer<List<Outcome>> soFar) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            say.accept("== " + scenario.name() + ": " + scenario.fault());
            Outcome outcome = run(scenario);
            outcomes.add(outcome);
            outcome.claims().stream()
                    .filter(claim -> !claim.held())
                    .forEach(claim -> say.accept("   DID NOT HOLD: " + claim.what() + ": " + claim.seen()));
            say.accept("   " + SoakReport.verdict(outcome));
            soFar.accept(outcomes);
        }
        return outcomes;
    }

    private Outcome run(Scenario scenario) {
        long begin = System.nanoTime();
        try {
            List<Claim> claims = scenario.ownStack().isPresent() ? onOwnStack(scenario) : scenario.run(shared());
            return outcome(scenario, claims, null, begin);
        } catch (NotHereException e) {
            return outcome(scenario, List.of(), e.getMessage(), begin);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            // Nobody knows what state it left the stack in.
            close();
            return outcome(scenario, List.of(new Claim("it could be carried out", false, e.toString())), null, begin);
        }
    }

    private List<Claim> onOwnStack(Scenario scenario) throws Exception {
        close();
        try (SoakStack own = SoakStack.start(folder, scenario.ownStack().orElseThrow(), scenario.services(), say)) {
            return scenario.run(own);
        }
    }

    private SoakStack shared() {
        if (shared == null) {
            shared = SoakStack.start(folder, Map.of(), say);
        }
        return shared;
    }

    private static Outcome outcome(Scenario scenario, List<Claim> claims, String skipped, long begin) {
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Outcome(scenario.name(), scenario.fault(), claims, skipped, scenario.leftOut(), seconds);
    }

    /** Ends the shared stack; the next scenario that needs one starts another. */
    @Override
    public void close() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
    }
}
