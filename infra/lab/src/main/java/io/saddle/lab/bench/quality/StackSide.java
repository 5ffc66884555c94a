package io.saddle.lab.bench.quality;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.Progress;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.RunFollower;
import io.saddle.schema.FidScore;
import io.saddle.schema.RunStatus;
import io.saddle.stack.Setting;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** saddle's side: broker, registry and every service are started, and the run trains and is judged on them. */
record StackSide(BenchContext context, Consumer<String> say) {

    private static final double MILLIS_PER_SECOND = 1e3;

    /**
     * @param features whose features the distances have to be of
     * @throws BenchException if the run was judged by others
     * @throws io.saddle.cli.terminal.CommandException if the run fails or nothing is heard of it
     */
    QualityCurve train(RunTask task, String features) throws IOException, InterruptedException {
        Instant start = Instant.now();
        EnergyMeter energy = EnergyMeter.start();
        Map<Long, OptionalDouble> joules = new HashMap<>();
        FollowedRun history = new FollowedRun();
        // The features are there for both sides: the judge has trained their classifier.
        Map<String, String> environment = Map.of(
                Setting.CLASSIFIERS.environmentName(),
                context.settings().classifiers().toString());
        try (TestCluster cluster = TestCluster.startIn(
                        context.folder("run"), environment, say, TestCluster.SERVICES.toArray(String[]::new));
                RunFeed feed = new RunFeed(
                        new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl()),
                        Map.of(task.spec().name(), history));
                Progress progress = Progress.start("saddle", task.steps())) {
            new ConsoleClient(cluster.consoleUrl()).submit(task.yaml());
            RunFollower.await(task.spec(), history, seen -> {
                progress.at(seen.status().map(RunStatus::getStep).orElse(0L), "");
                seen.scores().forEach(score -> joules.computeIfAbsent(score.getStep(), step -> energy.joules()));
                return seen.finalScore().isPresent();
            });
        }
        List<QualityCurve.Point> points = new ArrayList<>();
        for (FidScore score : history.scores()) {
            if (!score.getFeatureExtractor().equals(features)) {
                throw new BenchException("the run was judged by " + score.getFeatureExtractor()
                        + ", the script's images by " + features + ": their distances do not compare");
            }
            points.add(new QualityCurve.Point(
                    score.getStep(),
                    score.getFid(),
                    Duration.between(start, score.getEvaluatedAt()).toMillis() / MILLIS_PER_SECOND,
                    joules.get(score.getStep())));
        }
        return new QualityCurve(points);
    }
}
