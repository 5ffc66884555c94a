package io.saddle.lab.soak;

import io.saddle.lab.report.FollowedRun;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.RunPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Six runs, one of them noisy, on three trainers and two evaluators of each kind, while trainers and evaluators come and go. */
final class ScaleOut extends Scenario {

    private static final int TRAINERS = 3;
    private static final long NOISY_STEPS = 600;
    /** Steps of all runs between two faults. */
    private static final long BETWEEN_FAULTS = 100;
    /** A group's session, after which a killed trainer's seat is known to be gone, and time to share and to begin under load. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(20);

    private final int runsAtOnce;
    private final long steps;
    private final Map<String, FollowedRun> histories = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Map<String, Instant> submitted = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private long fewestUnderWay = Long.MAX_VALUE;

    /** @param runsAtOnce what one trainer trains at the same time; the others wait */
    ScaleOut(int runsAtOnce) {
        super(
                runsAtOnce == 1 ? "scale-out-queued" : "scale-out",
                String.format(
                        Locale.ROOT,
                        "6 runs, one of them noisy, on 3 trainers (%d at a time on each) and 2 evaluators of each kind; a trainer killed, both"
                                + " kinds of evaluator killed, a trainer stopped, another one joins",
                        runsAtOnce),
                Fleet.environment(runsAtOnce));
        this.runsAtOnce = runsAtOnce;
        // The fewer train at the same time, the further each of them gets until the last fault.
        this.steps = runsAtOnce == 1 ? 400 : 300;
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        SoakSpec noisy = NoisyNeighbour.noisy(name(), NOISY_STEPS);
        List<SoakSpec> quiet = NoisyNeighbour.quiet(name(), steps);
        RunLog alone = stack.undisturbed(quiet.get(0));
        try (Fleet fleet = Fleet.start(stack, TRAINERS, runsAtOnce);
                SeatWatch watch = SeatWatch.start(() -> List.copyOf(histories.values()), fleet::seats)) {
            submit(stack, noisy);
            stack.awaitSteps(histories.get(noisy.name()), 1);
            quiet.forEach(spec -> submit(stack, spec));
            injectFaults(stack, fleet, noisy);
            List<Claim> claims = new ArrayList<>();
            claims.add(inTime());
            RunLog noisyLog = stack.ended(noisy);
            List<RunLog> quietLogs = new ArrayList<>();
            for (SoakSpec spec : quiet) {
                quietLogs.add(stack.ended(spec));
            }
            claims.addAll(ended(alone, noisyLog, quietLogs));
            claims.addAll(shared(fleet, noisyLog, quietLogs));
            claims.addAll(NoisyNeighbour.claims(alone, noisyLog, quietLogs));
            claims.add(new Claim(
                    "no run waits while a seat is free, but for " + SHORT_WAIT.toSeconds() + " s at most",
                    watch.isWatching() && watch.longest().compareTo(SHORT_WAIT) <= 0,
                    String.format(
                            Locale.ROOT,
                            "%.1f s was the longest",
                            watch.longest().toMillis() / 1e3)));
            claims.add(Claim.equal("every service lives on", List.of(), fleet.dead()));
            return claims;
        }
    }

    private void submit(SoakStack stack, SoakSpec spec) {
        submitted.put(spec.name(), Instant.now());
        histories.put(spec.name(), stack.submit(spec));
    }

    private void injectFaults(SoakStack stack, Fleet fleet, SoakSpec noisy) throws Exception {
        awaitProgress(stack);
        String victim = worker(noisy.name());
        fault(stack, "kill -9 of " + victim + ", which trains the noisy run");
        fleet.killTrainer(victim);
        awaitProgress(stack);
        fault(stack, "kill -9 of one evaluator of each kind");
        fleet.killEvaluators();
        awaitProgress(stack);
        String leaving = leaving(noisy);
        fault(stack, "SIGTERM to " + leaving);
        fleet.stopTrainer(leaving);
        awaitProgress(stack);
        fault(stack, "one more trainer");
        fleet.join();
    }

    /** A trainer that is at work, but not on the noisy run if another one is. */
    private String leaving(SoakSpec noisy) {
        String noisyWorker = worker(noisy.name());
        return histories.keySet().stream()
                .filter(run -> SoakStack.phase(histories.get(run)) == RunPhase.TRAINING
                        || SoakStack.phase(histories.get(run)) == RunPhase.WAITING_FOR_MULTIPLIERS)
                .map(this::worker)
                .filter(worker -> !worker.equals(noisyWorker))
                .findFirst()
                .orElse(noisyWorker);
    }

    private String worker(String run) {
        return histories.get(run).status().orElseThrow().getWorker();
    }

    private void fault(SoakStack stack, String what) {
        fewestUnderWay = Math.min(fewestUnderWay, unfinished());
        faults.add(what + " (" + unfinished() + " runs under way)");
        stack.say(faults.get(faults.size() - 1) + " " + steps());
    }

    private long unfinished() {
        return histories.values().stream()
                .filter(history -> SoakStack.phase(history) != RunPhase.COMPLETED)
                .count();
    }

    private Map<String, Integer> steps() {
        Map<String, Integer> steps = new LinkedHashMap<>();
        histories.forEach((run, history) -> steps.put(run, history.summaries().size()));
        return steps;
    }

    private void awaitProgress(SoakStack stack) throws InterruptedException {
        long wanted = sum() + BETWEEN_FAULTS;
        stack.await(BETWEEN_FAULTS + " more steps", () -> sum() >= wanted || unfinished() == 0);
    }

    private long sum() {
        return histories.values().stream()
                .mapToLong(history -> history.summaries().size())
                .sum();
    }

    private Claim inTime() {
        return new Claim(
                "all runs are under way or wait their turn when trainers and evaluators come and go",
                fewestUnderWay == histories.size(),
                String.join("; ", faults));
    }

    private List<Claim> ended(RunLog alone, RunLog noisy, List<RunLog> quiet) {
        List<Claim> claims = new ArrayList<>();
        claims.add(new Claim(
                "every run is completed", unfinished() == 0, quiet.size() + 1 + " runs; " + waitedForASeat(quiet)));
        Audit.complete(noisy, NOISY_STEPS).forEach(claim -> claims.add(of("the noisy run", claim)));
        claims.addAll(Audit.ofEach(quiet.stream()
                .collect(Collectors.toMap(RunLog::runId, run -> Audit.likeUndisturbed(alone, run, steps)))));
        return claims;
    }

    /** The time from the submission to the first step: with other runs' trainers at work, and its own perhaps at another's. */
    private String waitedForASeat(List<RunLog> quiet) {
        return quiet.stream()
                .map(run -> run.runId() + " began "
                        + Duration.between(
                                        submitted.get(run.runId()),
                                        run.summaries().get(0).getRecordedAt())
                                .toSeconds()
                        + " s after its submission")
                .collect(Collectors.joining(", "));
    }

    private static Claim of(String run, Claim claim) {
        return new Claim(run + ": " + claim.what(), claim.held(), claim.seen());
    }

    private List<Claim> shared(Fleet fleet, RunLog noisy, List<RunLog> quiet) throws Exception {
        Map<String, Integer> steps = new TreeMap<>();
        List<RunLog> all = new ArrayList<>(quiet);
        all.add(noisy);
        for (RunLog run : all) {
            for (GradientSummary summary : run.summaries()) {
                steps.merge(summary.getWorker(), 1, Integer::sum);
            }
        }
        Map<String, Long> evaluations = fleet.evaluations();
        return List.of(
                new Claim("every trainer that began has trained", steps.size() >= TRAINERS, "steps " + steps),
                new Claim(
                        "both evaluators of each kind have worked, the killed one before and after",
                        evaluations.values().stream().allMatch(count -> count > 0),
                        evaluations.toString()));
    }
}
