package io.saddle.lab.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs scenarios one after the other, on one stack as long as it stands. */
public final class Soak implements AutoCloseable {

    private final Path folder;
    private final Path logs;
    private final Consumer<String> say;
    private SoakStack shared;

    /**
     * @param folder the stacks' temporary folders are made in it
     * @param logs what the processes said while something did not hold is kept in it, in a folder for each scenario
     * @param say takes lines for a person
     */
    public Soak(Path folder, Path logs, Consumer<String> say) {
        this.folder = folder;
        this.logs = logs;
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
            List<Claim> claims =
                    scenario.ownStack().isPresent() ? onOwnStack(scenario) : keepingLogs(scenario, shared());
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
            return keepingLogs(scenario, own);
        }
    }

    private List<Claim> keepingLogs(Scenario scenario, SoakStack stack) throws Exception {
        boolean held = false;
        try {
            List<Claim> claims = scenario.run(stack);
            held = claims.stream().allMatch(Claim::held);
            return claims;
        } catch (NotHereException e) {
            held = true;
            throw e;
        } finally {
            if (!held) {
                keepLogs(stack, logs.resolve(scenario.name()));
            }
        }
    }

    /** The stack's folder goes with it, and what did not hold once may not be seen again for a long time. */
    private void keepLogs(SoakStack stack, Path to) {
        try (Stream<Path> files = Files.list(stack.cluster().home().logs())) {
            Files.createDirectories(to);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            say.accept("   logs of all processes: " + to);
        } catch (IOException e) {
            say.accept("   the logs of the processes could not be kept: " + e);
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
