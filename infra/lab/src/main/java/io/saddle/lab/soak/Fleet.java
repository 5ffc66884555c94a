package io.saddle.lab.soak;

import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Several trainers, and two processes of each evaluator, on the broker of one stack: its own are the first of each. */
final class Fleet implements AutoCloseable {

    static final String FIRST_TRAINER = "trainer-1";
    private static final String TRAINER = "primal-trainer";
    private static final String EVALUATOR = "constraint-evaluator";
    private static final String FID_EVALUATOR = "fid-evaluator";
    private static final String EVALUATIONS = "saddle_evaluation_seconds_count";

    private final SoakStack stack;
    private final int runsAtOnce;
    private final Map<String, TestCluster> trainers = new ConcurrentHashMap<>();
    private final Set<String> away = ConcurrentHashMap.newKeySet();
    private final List<TestCluster> started = new ArrayList<>();
    private final TestCluster evaluators;
    /** Evaluations of processes that have ended, by their service and number. */
    private final Map<String, Long> before = new LinkedHashMap<>();

    private Fleet(SoakStack stack, int trainers, int runsAtOnce) {
        this.stack = stack;
        this.runsAtOnce = runsAtOnce;
        this.trainers.put(FIRST_TRAINER, stack.cluster());
        for (int i = 1; i < trainers; i++) {
            join();
        }
        // Evaluators share the classifiers that they have trained.
        this.evaluators = started(stack.cluster()
                .another(
                        List.of("-Dsaddle.classifiers.dir="
                                + stack.cluster().settings().classifiers()),
                        EVALUATOR,
                        FID_EVALUATOR));
    }

    /** The environment that the stack's own processes need. */
    static Map<String, String> environment(int runsAtOnce) {
        return Map.of(
                "SADDLE_TRAINER_WORKER",
                FIRST_TRAINER,
                "SADDLE_TRAINER_MAX_CONCURRENT_RUNS",
                Integer.toString(runsAtOnce));
    }

    /** Starts what is missing beside the stack's own; it ends with this. */
    static Fleet start(SoakStack stack, int trainers, int runsAtOnce) {
        return new Fleet(stack, trainers, runsAtOnce);
    }

    /** Starts one more trainer; gives its name. */
    String join() {
        String name = "trainer-" + (trainers.size() + 1);
        List<String> options =
                List.of("-Dsaddle.trainer.worker=" + name, "-Dsaddle.trainer.max-concurrent-runs=" + runsAtOnce);
        trainers.put(name, started(stack.cluster().another(options, TRAINER)));
        return name;
    }

    private TestCluster started(TestCluster cluster) {
        started.add(cluster);
        return cluster;
    }

    /** Ends a trainer as kill -9 does, and starts it again. */
    void killTrainer(String name) {
        away.add(name);
        trainers.get(name).kill(TRAINER);
        trainers.get(name).restart(TRAINER);
        away.remove(name);
    }

    /** Ends a trainer as SIGTERM does; it hands its runs over. */
    void stopTrainer(String name) {
        away.add(name);
        trainers.get(name).stop(TRAINER);
    }

    /** Runs that the trainers which are there train at the same time. */
    int seats() {
        return (trainers.size() - away.size()) * runsAtOnce;
    }

    /** Ends the stack's own evaluators as kill -9 does, and starts them again. */
    void killEvaluators() throws IOException, InterruptedException {
        for (String service : List.of(EVALUATOR, FID_EVALUATOR)) {
            before.put(service + " 1", evaluations(stack.cluster(), service));
            stack.cluster().kill(service);
        }
        for (String service : List.of(EVALUATOR, FID_EVALUATOR)) {
            stack.cluster().restart(service);
        }
    }

    /** The number of snapshots that each evaluator has evaluated; one that was killed counts twice, before and after. */
    Map<String, Long> evaluations() throws IOException, InterruptedException {
        Map<String, Long> counts = new LinkedHashMap<>();
        before.forEach((process, count) -> counts.put(process + " until it was killed", count));
        for (String service : List.of(EVALUATOR, FID_EVALUATOR)) {
            counts.put(service + " 1", evaluations(stack.cluster(), service));
            counts.put(service + " 2", evaluations(evaluators, service));
        }
        return counts;
    }

    private static long evaluations(TestCluster cluster, String service) throws IOException, InterruptedException {
        URI metrics = URI.create("http://127.0.0.1:" + cluster.settings().port(service) + "/q/metrics");
        String text = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return text.lines()
                .filter(line -> line.startsWith(EVALUATIONS))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The processes that have ended by themselves. */
    List<String> dead() {
        List<String> dead = new ArrayList<>(stack.cluster().dead());
        started.forEach(cluster -> dead.addAll(cluster.dead()));
        return dead;
    }

    @Override
    public void close() {
        started.forEach(TestCluster::close);
    }
}
