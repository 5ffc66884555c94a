package io.saddle.lab.soak;

import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run that says far more than the others and gives the evaluators far more to do, and the others: what they must not suffer from it. */
final class NoisyNeighbour {

    static final int PARTITION = 0;
    private static final int CONSTRAINTS = 8;
    private static final int SAMPLES = 128;
    /** Far more than evaluators and snapshots kept can follow. */
    private static final int MAX_STALE_STEPS = 50;

    /** More than this times what any other says makes a run noisy. */
    private static final int NOISE = 3;

    private static final double SHARE = 0.9;
    private static final int ROUNDS = 2;

    private NoisyNeighbour() {}

    /** A run that announces a snapshot after every step without waiting, and measures every source's gradient in every step. */
    static SoakSpec noisy(String series, long steps) {
        List<Map<String, Object>> constraints = new ArrayList<>();
        for (int i = 0; i < CONSTRAINTS; i++) {
            constraints.add(Map.of(
                    "id",
                    "digit-" + i,
                    "evaluationSamples",
                    SAMPLES,
                    "data",
                    Map.of("classes", Map.of(Integer.toString(i), Map.of("count", 100)))));
        }
        return SoakSpec.of(nameOn(PARTITION, series + "-noisy"), steps)
                .in(RunSpec.Mode.ASYNC)
                .with("/dual/primalSteps", 1)
                .with("/dual/maxStaleSteps", MAX_STALE_STEPS)
                .with("/training/diagnosticsEvery", 1)
                .with("/evaluation/every", 20)
                .with("/constraints", constraints);
    }

    /** Runs that differ in nothing but their name: two on the noisy one's partition, one on each of the others. */
    static List<SoakSpec> quiet(String series, long steps) {
        List<SoakSpec> specs = new ArrayList<>();
        specs.add(SoakSpec.of(nameOn(PARTITION, series + "-beside"), steps));
        for (int partition = 0; partition < Topics.RUNS.partitions(); partition++) {
            specs.add(SoakSpec.of(nameOn(partition, series + "-quiet"), steps));
        }
        return specs;
    }

    /** The first of PREFIX-0, PREFIX-1, ... whose records lie on the partition. */
    static String nameOn(int partition, String prefix) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> prefix + "-" + i)
                .filter(name -> partition(name) == partition)
                .findFirst()
                .orElseThrow();
    }

    static int partition(String runId) {
        return RunPartitioner.partition(runId, Topics.RUNS.partitions());
    }

    /**
     * The claims about runs that ended.
     *
     * @param alone a run like the quiet ones that had everything for itself
     */
    static List<Claim> claims(RunLog alone, RunLog noisy, List<RunLog> quiet) {
        return List.of(noise(noisy, quiet), patience(alone, noisy, quiet), nothingGivenUp(noisy, quiet));
    }

    private static Claim noise(RunLog noisy, List<RunLog> quiet) {
        long loudest = quiet.stream().mapToLong(NoisyNeighbour::records).max().orElse(0);
        return new Claim(
                "the noisy run says more than " + NOISE + " times as much as any other",
                records(noisy) > NOISE * loudest,
                String.format(Locale.ROOT, "%,d records against %,d", records(noisy), loudest));
    }

    /** A snapshot that was pruned before its turn is passed over: trying it again would hold up the others. */
    private static Claim nothingGivenUp(RunLog noisy, List<RunLog> quiet) {
        List<String> alerts = Stream.concat(Stream.of(noisy), quiet.stream())
                .flatMap(run -> run.alerts().stream())
                .filter(alert -> alert.getKind() == AlertKind.DAMAGED_ARTIFACT)
                .map(Alert::getMessage)
                .toList();
        return Claim.equal("no evaluator tries a snapshot that is not there any more", List.of(), alerts);
    }

    private static long records(RunLog run) {
        return run.summaries().size()
                + run.updates().size()
                + run.snapshots().size()
                + run.estimates().size();
    }

    /**
     * An evaluator works on a batch of snapshots, and on at most one of each run in it that it cannot pass over. So a snapshot waits
     * for the rest of one round of runs, and for those before it in its own; longer where evaluators come and go.
     */
    private static Claim patience(RunLog alone, RunLog noisy, List<RunLog> quiet) {
        long round = Stream.concat(Stream.of(noisy), quiet.stream())
                .mapToLong(run -> quantile(run, 0.5, EvaluatorTurn::worked))
                .sum();
        Map<String, Long> waits = new HashMap<>();
        quiet.forEach(run -> waits.put(run.runId(), quantile(run, SHARE, EvaluatorTurn::waited)));
        boolean held = waits.values().stream().allMatch(wait -> wait >= 0 && wait <= ROUNDS * round);
        return new Claim(
                "9 in 10 snapshots of each quiet run wait no longer than two evaluations of every run in turn",
                held,
                String.format(
                        Locale.ROOT,
                        "two such rounds: %,d ms, the noisy run's part of one: %,d ms; waits (median, 90 %%, longest):"
                                + " beside the noisy one %s; on other partitions %s; alone %s",
                        ROUNDS * round,
                        quantile(noisy, 0.5, EvaluatorTurn::worked),
                        waits(quiet, true),
                        waits(quiet, false),
                        waits(alone)));
    }

    private static String waits(List<RunLog> runs, boolean beside) {
        return runs.stream()
                .filter(run -> (partition(run.runId()) == PARTITION) == beside)
                .map(NoisyNeighbour::waits)
                .collect(Collectors.joining(", "));
    }

    private static String waits(RunLog run) {
        return Stream.of(0.5, SHARE, 1.0)
                .map(share -> String.format(Locale.ROOT, "%,d", quantile(run, share, EvaluatorTurn::waited)))
                .collect(Collectors.joining(" / ", "", " ms"));
    }

    /** -1 for a run that was never measured. */
    private static long quantile(RunLog run, double share, ToLongFunction<EvaluatorTurn> time) {
        Lags lags = new Lags();
        EvaluatorTurn.of(run).forEach(turn -> lags.add(time.applyAsLong(turn)));
        return lags.quantile(share);
    }
}
