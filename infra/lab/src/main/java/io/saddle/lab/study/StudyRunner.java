package io.saddle.lab.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.kafka.KafkaSettings;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.RunFollower;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.RunPhase;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Trains a study's runs on the running stack. Each result is kept as soon as it is there; a run whose result is there is not trained
 * again, and one that the stack knows already goes on where it is. As many train at a time as there are seats; a seat is free again
 * when the run is judged, so that no judging takes another's time.
 */
final class StudyRunner {

    private static final YAMLMapper YAML = new YAMLMapper();

    /** Lifecycles of runs whose models are gone, or going. */
    private static final Set<String> DELETED = Set.of("DELETING", "DELETED");

    private static final String GONE = "DELETED";
    /** Phases that a run does not leave by itself, and is not finished in. */
    private static final Set<String> GIVEN_UP = Set.of(RunPhase.FAILED.name(), RunPhase.STOPPED.name(), GONE);

    private final ResultFolder results;
    private final Places places;
    private final RunJudge judge;
    private final ConsoleClient console;
    private final Consumer<String> say;
    private final KafkaSettings kafka;

    /** What the stack calls each run, and what is known of it. */
    private record Followed(String name, FollowedRun history) {}

    /**
     * @param kafka of the stack, which runs
     * @param console likewise
     */
    StudyRunner(
            KafkaSettings kafka,
            ConsoleClient console,
            ResultFolder results,
            Places places,
            RunJudge judge,
            Consumer<String> say) {
        this.results = results;
        this.places = places;
        this.judge = judge;
        this.kafka = kafka;
        this.console = console;
        this.say = say;
    }

    /**
     * Trains what is missing.
     *
     * @param runs those that others start from before these
     * @param seats runs that are trained at the same time
     * @return why runs have no result, by run; empty if all have
     */
    Map<String, String> run(List<PlannedRun> runs, int seats) throws InterruptedException {
        List<PlannedRun> missing =
                runs.stream().filter(run -> results.find(run).isEmpty()).toList();
        say.accept(runs.size() - missing.size() + " of " + runs.size() + " runs have their results in "
                + results.folder() + ", " + missing.size() + " are to be trained");
        long outdated = missing.stream().filter(results::isOutdated).count();
        if (outdated > 0) {
            say.accept(outdated + " of these have a result that was made from something else, which is replaced");
        }
        if (missing.isEmpty()) {
            return Map.of();
        }
        Set<PlannedRun> starts = missing.stream()
                .map(PlannedRun::start)
                .filter(start -> start != null)
                .collect(Collectors.toSet());
        // What others start from is trained again where its model is not in the stack any more.
        List<PlannedRun> first = runs.stream()
                .filter(run -> starts.contains(run) || run.start() == null && missing.contains(run))
                .toList();
        List<PlannedRun> then =
                missing.stream().filter(run -> run.start() != null).toList();
        Map<String, String> phases = phases();
        Map<PlannedRun, Followed> followed = new HashMap<>();
        Map<String, FollowedRun> histories = new ConcurrentHashMap<>();
        Stream.concat(first.stream(), then.stream()).forEach(run -> {
            Followed named = new Followed(name(run, phases), new FollowedRun());
            followed.put(run, named);
            histories.put(named.name(), named.history());
        });
        Map<String, String> failures = new TreeMap<>();
        // Of a run that goes on, the topics hold what was said before: they are read from the start, for all at once.
        try (RunFeed feed = new RunFeed(kafka, histories)) {
            train(first, followed, seats, failures);
            train(then, followed, seats, failures);
        }
        return failures;
    }

    private void train(
            List<PlannedRun> runs, Map<PlannedRun, Followed> followed, int seats, Map<String, String> failures)
            throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(seats);
        try {
            Map<PlannedRun, Future<?>> trained = new LinkedHashMap<>();
            runs.forEach(run -> trained.put(run, pool.submit(() -> {
                train(run, followed);
                return null;
            })));
            for (Map.Entry<PlannedRun, Future<?>> entry : trained.entrySet()) {
                try {
                    entry.getValue().get();
                } catch (ExecutionException e) {
                    String message = e.getCause().getMessage();
                    String reason = message == null ? e.getCause().toString() : message;
                    failures.put(entry.getKey().toString(), reason);
                    say.accept("NOT DONE: " + entry.getKey() + ": " + reason);
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private void train(PlannedRun run, Map<PlannedRun, Followed> followed) throws IOException, InterruptedException {
        Instant started = Instant.now();
        Followed own = followed.get(run);
        ObjectNode specification = specification(run, followed).put("name", own.name());
        RunSpec spec = judge.read(specification);
        submit(own.name(), specification);
        FollowedRun history = own.history();
        awaitDone(spec, history, results.find(run).isPresent());
        if (results.find(run).isEmpty()) {
            RunResult result = judge.result(run, specification, history, started);
            results.keep(run, result);
            say.accept(RunLine.of(result));
        }
    }

    /**
     * Waits for the end of a run.
     *
     * @param kept whether its result is: what its topics said is of no use then, and may have gone with their retention
     */
    static void awaitDone(RunSpec spec, FollowedRun history, boolean kept) throws InterruptedException {
        if (kept) {
            RunFollower.awaitTrained(spec, history);
            return;
        }
        RunFollower.awaitTold(spec, history);
        RunFollower.awaitJudged(spec, history);
    }

    /** With this machine's places, and the model that it starts from. */
    private ObjectNode specification(PlannedRun run, Map<PlannedRun, Followed> followed) throws IOException {
        ObjectNode specification = (ObjectNode) places.resolved(run.specification());
        if (run.start() != null) {
            Followed start = followed.get(run.start());
            specification.put(
                    "initialModel",
                    judge.finalModel(start.name(), start.history()).toString());
        }
        return specification;
    }

    private void submit(String name, ObjectNode specification) throws JsonProcessingException {
        if (phases().containsKey(name)) {
            say.accept(name + ": known to the stack, goes on where it is");
        } else {
            console.submit(YAML.writeValueAsString(specification));
        }
    }

    /** The run's name in the stack: a new one where the stack has given up on it before. */
    private static String name(PlannedRun run, Map<String, String> phases) {
        String name = run.runName();
        for (int again = 2; GIVEN_UP.contains(phases.getOrDefault(name, "")); again++) {
            name = run.runName() + "-" + again;
        }
        return name;
    }

    private Map<String, String> phases() {
        // What somebody has put away was done all the same.
        JsonNode answer = console.runs(Map.of("lifecycle", List.of("ACTIVE,ARCHIVED,DELETING,DELETED")));
        JsonNode runs = answer.isArray() ? answer : answer.path("runs");
        return StreamSupport.stream(runs.spliterator(), false)
                .collect(Collectors.toMap(
                        run -> run.path("runId").asText(),
                        run -> DELETED.contains(run.path("lifecycle").asText())
                                ? GONE
                                : run.path("phase").asText(),
                        (a, b) -> b));
    }
}
