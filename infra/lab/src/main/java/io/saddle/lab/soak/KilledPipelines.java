package io.saddle.lab.soak;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.pipeline.PipelineClient;
import io.saddle.cli.terminal.CommandException;
import io.saddle.kafka.TopicHistory;
import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Kill -9 of any process, and of the worker, while three pipelines are under way: runs, a matrix of twelve, a task that fails at first,
 * imports, exports, judgements.
 */
final class KilledPipelines extends Scenario {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final int PIPELINES = 3;
    private static final int MATRIX = 12;
    private static final long STEPS = 40;
    private static final int LONGEST_PAUSE_MILLIS = 4000;
    private static final int LONGEST_ABSENCE_MILLIS = 2000;

    /** Where pipelines live, and who does their tasks, are each killed as often as everything else together. */
    private static final List<String> FAVOURITES = List.of("console", WorkerProcess.NAME);

    private final int kills;
    private final Random random;

    KilledPipelines(Intensity intensity, long seed) {
        super(
                "pipelines",
                intensity.kills()
                        + " x kill -9 of any process or of the worker while three pipelines with a matrix of twelve, imports, exports and"
                        + " judgements are under way");
        this.kills = intensity.kills();
        this.random = new Random(seed);
    }

    @Override
    List<Claim> run(SoakStack stack) throws Exception {
        PipelineClient console =
                new PipelineClient(new ConsoleClient(stack.cluster().consoleUrl()));
        String series = "pipe-" + Instant.now().getEpochSecond();
        WorkerSteps workerSteps = WorkerSteps.in(stack.cluster().home().data("worker-" + series));
        List<String> executions = new ArrayList<>();
        try (PipelineTaskWorker ours = new PipelineTaskWorker(stack.kafka());
                WorkerProcess worker = new WorkerProcess(stack.cluster())) {
            Map<String, Integer> killed = new TreeMap<>();
            for (int i = 1; i <= kills; i++) {
                // A kill of what is over would say nothing.
                if (executions.stream().allMatch(id -> isOver(console, id))) {
                    executions.addAll(started(stack, console, series, executions.size(), workerSteps));
                }
                Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
                String victim = victim();
                stack.say("kill " + i + " of " + kills + ": " + victim);
                killAndRestart(stack, worker, victim);
                killed.merge(victim, 1, Integer::sum);
            }
            stack.say("killed: " + killed + "; the pipelines go on to their ends");
            for (String execution : executions) {
                stack.await("the end of execution " + execution, () -> isOver(console, execution));
            }
            List<Claim> claims = new ArrayList<>(claims(stack, console, executions, killed, workerSteps));
            claims.addAll(workerSteps.claims(
                    executions,
                    read(stack, Topics.TASK_RESULTS),
                    ArtifactStores.open(stack.cluster().settings().artifacts())));
            return claims;
        }
    }

    /** Three more of them; the console, which may still be on its way up, is waited for. */
    private static List<String> started(
            SoakStack stack, PipelineClient console, String series, int before, WorkerSteps workerSteps)
            throws Exception {
        List<String> executions = new ArrayList<>();
        for (int i = before + 1; i <= before + PIPELINES; i++) {
            String name = series + "-" + i;
            console.define(YAML.writeValueAsString(definition(name, workerSteps)), null);
            executions.add(console.start(name, null, null).path("executionId").asText());
        }
        stack.say("three pipelines are under way: " + executions);
        return executions;
    }

    private String victim() {
        int which = random.nextInt(FAVOURITES.size() + 1);
        return which < FAVOURITES.size()
                ? FAVOURITES.get(which)
                : Kills.PROCESSES.get(random.nextInt(Kills.PROCESSES.size()));
    }

    private void killAndRestart(SoakStack stack, WorkerProcess worker, String victim) throws Exception {
        boolean isWorker = victim.equals(WorkerProcess.NAME);
        if (isWorker) {
            worker.kill();
        } else {
            stack.cluster().kill(victim);
        }
        Thread.sleep(random.nextInt(LONGEST_ABSENCE_MILLIS));
        if (isWorker) {
            worker.start();
        } else {
            stack.cluster().restart(victim);
        }
    }

    private static boolean isOver(PipelineClient console, String execution) {
        try {
            String phase = console.execution(execution).path("phase").asText();
            return !phase.equals("RUNNING") && !phase.equals("PAUSED");
        } catch (CommandException e) {
            // The console may still be on its way up.
            return false;
        }
    }

    /** A run; twelve tasks of its outcome side by side, one that fails at first, four imports, exports and judgements; a run from the first one's model. */
    private static ObjectNode definition(String name, WorkerSteps workerSteps) throws Exception {
        ObjectNode tiny = (ObjectNode) YAML.readTree(SoakSpec.of("any", STEPS).yaml());
        tiny.remove("name");
        ObjectNode pipeline = JSON.createObjectNode().put("name", name);
        ObjectNode steps = pipeline.putObject("steps");
        steps.putObject("first").set("run", tiny);
        ObjectNode many = steps.putObject("many").put("needs", "first");
        ArrayNode numbers = many.putObject("matrix").putArray("n");
        IntStream.rangeClosed(1, MATRIX).forEach(numbers::add);
        many.putObject("task")
                .put("kind", PipelineTaskWorker.KIND)
                .putObject("parameters")
                .put("n", "${matrix.n}")
                .put("of", "${steps.first.run}");
        ObjectNode flaky = steps.putObject("flaky").put("needs", "first");
        flaky.putObject("retries").put("times", 2).put("wait", "2s");
        flaky.putObject("task")
                .put("kind", PipelineTaskWorker.KIND)
                .putObject("parameters")
                .put("failures", 1);
        List<String> done = workerSteps.addTo(steps, name + "-1", "first");
        ObjectNode last = steps.putObject("last");
        ArrayNode needed = last.putArray("needs").add("many").add("flaky");
        done.forEach(needed::add);
        ObjectNode tuned = tiny.deepCopy().put("initialModel", "run:${steps.first.run}");
        tuned.remove("model");
        last.set("run", tuned);
        return pipeline;
    }

    private static List<Claim> claims(
            SoakStack stack,
            PipelineClient console,
            List<String> executions,
            Map<String, Integer> killed,
            WorkerSteps workerSteps) {
        Map<String, String> phases = new LinkedHashMap<>();
        executions.forEach(
                id -> phases.put(id, console.execution(id).path("phase").asText()));
        Map<String, Integer> orders = new TreeMap<>();
        Map<String, Instant> ordered = new HashMap<>();
        for (StepTask task : read(stack, Topics.TASKS)) {
            if (task.getAction() == TaskAction.START && executions.contains(task.getExecutionId())) {
                String attempt = task.getExecutionId() + " " + task.getStep() + "#" + task.getAttempt();
                orders.merge(attempt, 1, Integer::sum);
                ordered.putIfAbsent(attempt, task.getIssuedAt());
            }
        }
        Map<String, Integer> expected = new TreeMap<>();
        Map<String, Instant> ended = new HashMap<>();
        for (TaskResult result : read(stack, Topics.TASK_RESULTS)) {
            if (result.getOutcome() != TaskOutcome.UNDER_WAY) {
                ended.putIfAbsent(
                        result.getExecutionId() + " " + result.getStep() + "#" + result.getAttempt(),
                        result.getEndedAt());
            }
        }
        List<String> early = new ArrayList<>();
        for (String id : executions) {
            List<String> between = IntStream.rangeClosed(1, MATRIX)
                    .mapToObj(n -> id + " many.n-" + n + "#1")
                    .collect(Collectors.toCollection(ArrayList::new));
            workerSteps.steps().forEach(step -> between.add(id + " " + step + "#1"));
            between.addAll(List.of(id + " flaky#1", id + " flaky#2"));
            expected.put(id + " first#1", 1);
            between.forEach(attempt -> expected.put(attempt, 1));
            expected.put(id + " last#1", 1);
            before(id + " first#1", between, ended, ordered, early);
            between.forEach(attempt -> before(attempt, List.of(id + " last#1"), ended, ordered, early));
        }
        Map<String, Long> runs = read(stack, Topics.RUNS).stream()
                .filter(run -> executions.stream().anyMatch(id -> run.getRunId().startsWith(id + ".")))
                .filter(run -> run.getRevision() == 1)
                .collect(Collectors.groupingBy(TrainingRun::getRunId, TreeMap::new, Collectors.counting()));
        Map<String, Long> wanted = new TreeMap<>();
        executions.forEach(id -> List.of("first", "last").forEach(step -> wanted.put(id + "." + step, 1L)));
        return List.of(
                new Claim(
                        "every execution succeeds",
                        phases.values().stream().allMatch("SUCCEEDED"::equals),
                        phases + ", killed " + killed),
                new Claim(
                        "every attempt of every step is ordered, and once",
                        orders.equals(expected),
                        orders.equals(expected) ? orders.size() + " attempts" : orders + " instead of " + expected),
                Claim.equal("no step is ordered before what it needs has ended", List.of(), early),
                Claim.equal("every run is submitted once", wanted, runs));
    }

    /** Notes what was ordered before something that it needs was over. */
    private static void before(
            String needed,
            List<String> later,
            Map<String, Instant> ended,
            Map<String, Instant> ordered,
            List<String> early) {
        for (String attempt : later) {
            Instant end = ended.get(needed);
            Instant order = ordered.get(attempt);
            if (end == null || order == null || order.isBefore(end)) {
                early.add(attempt + " at " + order + ", " + needed + " ended at " + end);
            }
        }
    }

    private static <T extends SpecificRecord> List<T> read(SoakStack stack, Topic<T> topic) {
        TopicHistory past = new TopicHistory(stack.kafka(), stack.kafka().serdes());
        List<T> records = new ArrayList<>();
        for (int partition = 0; partition < topic.partitions(); partition++) {
            past.forEach(topic, partition, records::add);
        }
        return records;
    }
}
