package io.saddle.monitoring;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.demo.TinyRun;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import io.saddle.stack.Distribution;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.SharedStack;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health, and the metrics that alert rules and dashboard go by, scraped by a real Prometheus while a run trains. */
public class MonitoringIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern METRIC = Pattern.compile("\\b(?:saddle|kafka|jvm)_[a-z_]+");

    private static final TestCluster CLUSTER = SharedStack.cluster();

    private static ConditionFactory patiently() {
        return await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(500));
    }

    private static Path infra(String path) {
        return Distribution.locate().root().resolve("infra").resolve(path);
    }

    private static int status(String service, String probe) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + CLUSTER.settings().port(service) + "/q/health/" + probe);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void everyServiceIsAliveStartedAndReadyAndStaysAliveWithoutItsBroker() throws Exception {
        for (String service : TestCluster.SERVICES) {
            for (String probe : List.of("live", "started", "ready")) {
                patiently().until(() -> status(service, probe) == 200);
            }
        }
        CLUSTER.killBroker();
        for (String service : TestCluster.SERVICES) {
            assertEquals(200, status(service, "live"), service);
        }
        CLUSTER.restartBroker();
        for (String service : TestCluster.SERVICES) {
            patiently().until(() -> status(service, "ready") == 200);
        }
    }

    @Test
    void rulesAndDashboardAskOnlyForWhatARunUnderWayReallyHas(@TempDir Path folder) throws Exception {
        Optional<String> missing = Prometheus.missing();
        assumeTrue(missing.isEmpty(), missing.orElse(""));
        copyConfiguration(folder);
        assertTrue(
                Prometheus.promtool(folder, "check", "config", "prometheus.yml").contains("SUCCESS"));
        somethingToCount();
        try (Prometheus prometheus = Prometheus.start(folder)) {
            submitLongRun("scraped");
            patiently()
                    .untilAsserted(() -> assertEquals(
                            TestCluster.SERVICES.size(),
                            prometheus.query("up{job=\"saddle\"} == 1").size()));

            // The FID evaluator trains its classifier before its first score, as in every new stack.
            await("the first score")
                    .atMost(Duration.ofMinutes(4))
                    .until(() -> prometheus.query("saddle_run_fid").size() == 1);
            List<String> expressions = new ArrayList<>(expressions(
                    JSON.readTree(infra("grafana/dashboards/saddle.json").toFile())));
            Set<String> asked = new TreeSet<>(metrics(String.join(" ", expressions)));
            asked.addAll(metrics(Files.readString(infra("prometheus/alerts.yml"))));
            patiently().untilAsserted(() -> {
                Set<String> unknown = new TreeSet<>(asked);
                unknown.removeAll(prometheus.metrics());
                assertEquals(Set.of(), unknown, "asked for, but no service has them");
            });
            for (String expression : expressions) {
                prometheus.query(expression
                        .replace("$run", ".*")
                        .replace("$__rate_interval", "1m")
                        .replace("$__range", "10m"));
            }
            patiently()
                    .until(() -> prometheus
                                    .query("saddle_constraint_slack{run=\"scraped\"}")
                                    .size()
                            == 2);
            patiently()
                    .until(() -> prometheus
                                    .query("saddle_alerts_total{kind=\"OTHER\",severity=\"INFO\"} >= 1")
                                    .size()
                            == 1);
        }
        stop("scraped");
    }

    @Test
    void oneTraceGoesFromASnapshotToTheStepThatTookTheMultipliers() throws Exception {
        List<String> whole = List.of(
                "primal-trainer: snapshot",
                "constraint-evaluator: process saddle.snapshots",
                "dual-updater: process saddle.loss-estimates",
                "primal-trainer: apply saddle.multipliers");
        submitLongRun("traced");
        await("a trace").atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            List<List<String>> ways = SharedStack.traced().waysTo("apply saddle.multipliers");
            assertTrue(ways.contains(whole), ways::toString);
        });
        stop("traced");
    }

    private static void submitLongRun(String name) throws IOException {
        new ConsoleClient(CLUSTER.consoleUrl()).submit(longRun(name));
    }

    private static void stop(String run) {
        new ConsoleClient(CLUSTER.consoleUrl()).change(run, "stop");
    }

    private static void copyConfiguration(Path folder) throws IOException {
        Files.copy(infra("prometheus/alerts.yml"), folder.resolve("alerts.yml"));
        Files.writeString(
                folder.resolve("prometheus.yml"),
                Files.readString(infra("prometheus/prometheus.yml")).replace(": 15s", ": 1s"));
        StringBuilder targets = new StringBuilder();
        Matcher target = Pattern.compile("127\\.0\\.0\\.1:\\d+('\\], labels: \\{service: ([a-z-]+)\\})")
                .matcher(Files.readString(infra("prometheus/targets.yml")));
        while (target.find()) {
            target.appendReplacement(
                    targets,
                    Matcher.quoteReplacement(
                            "127.0.0.1:" + CLUSTER.settings().port(target.group(2)) + target.group(1)));
        }
        Files.writeString(folder.resolve("targets.yml"), target.appendTail(targets));
    }

    private static String longRun(String name) throws IOException {
        return TinyRun.named(name).replaceFirst("steps: \\d+", "steps: 100000");
    }

    /** A record that cannot be read, and an alert. */
    private static void somethingToCount() throws Exception {
        KafkaSettings kafka = new KafkaSettings(CLUSTER.bootstrapServers(), CLUSTER.registryUrl());
        Alert alert = Alert.newBuilder()
                .setRunId("scraped")
                .setKind(AlertKind.OTHER)
                .setSeverity(Severity.INFO)
                .setMessage("said by the test")
                .setRemedy("none")
                .setService("test")
                .setRaisedAt(Instant.now())
                .build();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.ALERTS.name(), "x".getBytes(), "no Avro".getBytes()))
                    .get();
            new Publisher(producer, kafka.serdes())
                    .send(Topics.ALERTS, "scraped", alert)
                    .get();
        }
    }

    private static List<String> expressions(JsonNode dashboard) {
        List<String> expressions = new ArrayList<>();
        dashboard
                .findParents("expr")
                .forEach(target -> expressions.add(target.get("expr").asText()));
        assertTrue(expressions.size() > 10, expressions.toString());
        return expressions;
    }

    private static Set<String> metrics(String text) {
        Set<String> names = new TreeSet<>();
        Matcher metric = METRIC.matcher(text);
        while (metric.find()) {
            names.add(metric.group());
        }
        return names;
    }
}
