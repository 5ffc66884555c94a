package io.saddle.lab.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.topics.TopicSizes;
import io.saddle.lab.simulation.ConsoleOffsets;
import io.saddle.stack.KafkaBroker;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * Simulated runs on a stack of dual updater and console alone, and what these make of them. Each step says what it has measured, for a
 * person, and returns it; whatever it sends is awaited before it ends.
 */
final class SimulatedLoad implements AutoCloseable {

    static final String UPDATER = "dual-updater";
    static final String CONSOLE = "console";

    private static final List<String> PROCESSES = List.of(UPDATER, CONSOLE, KafkaBroker.NAME);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Dual steps of each run that wait for a dual updater that was killed. */
    private static final int MEANWHILE = 10;

    private static final int ASKED = 30;
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final SoakStack stack;
    private final TestCluster cluster;
    private final SimulatedRuns runs;
    private final UpdateObserver observer;
    private final Admin admin;
    private final ConsoleTimes console;
    private final Map<String, JvmMemory> empty;

    /** @param number of runs */
    SimulatedLoad(SoakStack stack, int number) throws IOException, InterruptedException {
        this.stack = stack;
        this.cluster = stack.cluster();
        this.empty = memories();
        this.runs = new SimulatedRuns(stack.kafka(), number);
        this.observer = new UpdateObserver(stack.kafka(), runs.checks());
        this.admin = Admin.create(stack.kafka().admin());
        this.console = new ConsoleTimes(cluster.consoleUrl());
    }

    /** Defines the runs, and has each make a dual step: estimates of runs that are not known yet are kept, but not without end. */
    String define() throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        runs.define();
        ConsoleOffsets.awaitRead(admin);
        double seconds = since(begin);
        runs.skip(1);
        awaitUpdates();
        observer.delays();
        return said("%,d runs known to the console after %.1f s", runs.names().size(), seconds);
    }

    /** Has each run make so many dual steps, as fast as they go. */
    String past(int dualSteps) throws InterruptedException, ExecutionException {
        long before = runs.expectedUpdates();
        long begin = System.nanoTime();
        runs.skip(dualSteps);
        double sent = since(begin);
        awaitUpdates();
        double made = since(begin);
        ConsoleOffsets.awaitRead(admin);
        observer.delays();
        long estimates = (runs.expectedUpdates() - before) * runs.constraints();
        return said(
                "%,d estimates as fast as they go, sent in %.0f s: %,.0f a second through the dual updater; the console has read"
                        + " everything after %.0f s",
                estimates, sent, estimates / made, since(begin));
    }

    /** Has every run say what real ones say for a while, somebody looking at pages meanwhile. */
    String live(Duration time) throws InterruptedException, ExecutionException, IOException {
        Map<String, TopicSizes> before = TopicSizes.of(admin, topics(Topic::name));
        Map<String, Double> busy = processorSeconds();
        CompletableFuture<String> pages = CompletableFuture.supplyAsync(this::pagesUnchecked);
        double seconds = runs.live(time);
        awaitUpdates();
        Map<String, TopicSizes> after = TopicSizes.of(admin, topics(Topic::name));
        String rates = after.entrySet().stream()
                .map(topic -> Map.entry(
                        topic.getKey(),
                        (topic.getValue().offsets() - before.get(topic.getKey()).offsets()) / seconds))
                .filter(topic -> topic.getValue() > 0.5)
                .map(topic -> String.format(Locale.ROOT, "%s %,.0f", topic.getKey(), topic.getValue()))
                .collect(Collectors.joining(", "));
        String cores = processorSeconds().entrySet().stream()
                .map(process -> String.format(
                        Locale.ROOT,
                        "%s %.2f",
                        process.getKey(),
                        (process.getValue() - busy.get(process.getKey())) / seconds))
                .collect(Collectors.joining(", "));
        UpdateObserver.Delays delays = observer.delays();
        String pace = said("%d s at their pace took %.1f s; offsets a second: %s", time.toSeconds(), seconds, rates);
        String cost = said("processor cores: %s", cores);
        String delay = said(
                "from an estimate to its multipliers made %s, seen %s ms (median / 90 %% / longest)",
                inWords(delays.made()), inWords(delays.seen()));
        return String.join("; ", pace, cost, delay, "meanwhile " + pages.get());
    }

    private static String inWords(Lags lags) {
        return lags.quantile(0.5) + " / " + lags.quantile(0.9) + " / " + lags.quantile(1);
    }

    /** Ends the dual updater as kill -9 does while every run goes on, and starts it again. */
    String killUpdater() throws InterruptedException, ExecutionException {
        cluster.kill(UPDATER);
        runs.skip(MEANWHILE);
        long begin = System.nanoTime();
        cluster.restart(UPDATER);
        double ready = since(begin);
        awaitUpdates();
        return said(
                "after kill -9, with %d dual steps of every run waiting: ready after %.1f s, caught up after %.1f s",
                MEANWHILE, ready, since(begin));
    }

    /** Ends the console as kill -9 does, and starts it again. */
    String killConsole() throws InterruptedException, ExecutionException, IOException {
        ConsoleOffsets.awaitRead(admin);
        cluster.kill(CONSOLE);
        long begin = System.nanoTime();
        cluster.restart(CONSOLE);
        double ready = since(begin);
        String curves = path(0) + "/history/curves";
        while (!JSON.readTree(console.get(curves)).path("complete").asBoolean()) {
            if (since(begin) > PATIENCE.toSeconds()) {
                throw new IllegalStateException("the console's curves are not complete after " + PATIENCE);
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
        return said(
                "the console started again: ready after %.1f s, its curves complete after %.1f s", ready, since(begin));
    }

    /** How long the console takes for what its page asks for: median and 90 %. */
    String pages() throws IOException, InterruptedException {
        List<ConsoleTimes.Answers> answers = List.of(
                console.ask("page of the list", ASKED, List.of("/", "/api/runs?order=newest&limit=200")),
                console.ask("whole list", ASKED, List.of("/api/runs")),
                console.ask(
                        "page of a run",
                        ASKED,
                        Stream.of("", "/constraints", "/history/timeline", "/history/scores", "/history/curves")
                                .map(of -> path(0) + of)
                                .toList()));
        return said("%s", answers.stream().map(ConsoleTimes.Answers::toString).collect(Collectors.joining(", ")));
    }

    private String pagesUnchecked() {
        try {
            return pages();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What the processes hold, and how much of it for each run. */
    String memory() throws IOException, InterruptedException, ExecutionException {
        List<String> words = new ArrayList<>();
        memories()
                .forEach((process, now) -> words.add(String.format(
                        Locale.ROOT,
                        "%s heap %,d MiB after a collection, %,d KiB for each run, resident %,d MiB",
                        process,
                        now.heapKiB() / 1024,
                        (now.heapKiB() - empty.get(process).heapKiB())
                                / runs.names().size(),
                        now.rssKiB() / 1024)));
        long bytes = TopicSizes.of(admin, topics(Topic::name)).values().stream()
                .mapToLong(TopicSizes::bytes)
                .sum();
        return said("%s; %,d MiB of records on the broker's disk", String.join("; ", words), bytes >> 20);
    }

    private Map<String, JvmMemory> memories() throws IOException, InterruptedException {
        Map<String, JvmMemory> memories = new TreeMap<>();
        for (String process : PROCESSES) {
            memories.put(process, JvmMemory.afterCollection(cluster.pid(process)));
        }
        return memories;
    }

    private Map<String, Double> processorSeconds() {
        Map<String, Double> seconds = new TreeMap<>();
        for (String process : PROCESSES) {
            ProcessHandle.of(cluster.pid(process))
                    .flatMap(handle -> handle.info().totalCpuDuration())
                    .ifPresent(time -> seconds.put(process, time.toMillis() / 1000.0));
        }
        return seconds;
    }

    Claim everyDualStep(String seen) {
        List<String> problems = observer.between(this::problems);
        long updates = observer.updates();
        return new Claim(
                "every dual step of every run is made exactly once, its multipliers right to the bit",
                problems.isEmpty() && updates == runs.expectedUpdates(),
                updates + " of " + runs.expectedUpdates() + " updates, "
                        + (problems.isEmpty() ? "all right; " : "of which the first wrong ones are " + problems + "; ")
                        + seen);
    }

    private List<String> problems() {
        return runs.checks().values().stream()
                .flatMap(check -> check.problems().stream())
                .limit(10)
                .toList();
    }

    boolean isWhole() {
        return observer.updates() == runs.expectedUpdates();
    }

    /** Looks at the list, and at each run for its newest multipliers. */
    Claim everyRunIsListed(String seen) throws IOException, InterruptedException {
        Set<String> missing = new TreeSet<>(runs.names());
        JSON.readTree(console.get("/api/runs"))
                .forEach(run -> missing.remove(run.path("runId").asText()));
        for (int i = 0; i < runs.names().size(); i++) {
            JsonNode multipliers = JSON.readTree(console.get(path(i))).path("multipliers");
            if (multipliers.path("dualStep").asLong() != runs.dualSteps()) {
                missing.add(runs.names().get(i) + " at dual step " + multipliers.path("dualStep"));
            }
        }
        return new Claim(
                "the console shows every run with its newest multipliers",
                missing.isEmpty(),
                (missing.isEmpty() ? "all " + runs.names().size() : "not " + missing) + "; " + seen);
    }

    Claim deadLetters() throws ExecutionException, InterruptedException {
        long letters = TopicSizes.of(admin, topics(Topic::deadLetterName)).values().stream()
                .mapToLong(TopicSizes::offsets)
                .sum();
        return Claim.equal("nothing is among the dead letters", 0L, letters);
    }

    Claim nobodyDied(String seen) throws IOException {
        List<String> problems = new ArrayList<>(cluster.dead());
        for (String process : PROCESSES) {
            Path log = cluster.home().log(process);
            // Bytes of any kind: a log may end in the middle of a letter.
            if (Files.readString(log, StandardCharsets.ISO_8859_1).contains("OutOfMemoryError")) {
                problems.add(process + " lacked memory");
            }
        }
        return new Claim(
                "no process ends or lacks memory",
                problems.isEmpty(),
                problems.isEmpty() ? seen : problems + "; " + seen);
    }

    private void awaitUpdates() throws InterruptedException {
        observer.await(runs.expectedUpdates());
    }

    private String path(int run) {
        return "/api/runs/" + runs.names().get(run);
    }

    private static List<String> topics(Function<Topic<?>, String> name) {
        return Topics.all().stream().map(name).toList();
    }

    private String said(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        stack.say("   " + line);
        return line;
    }

    private static double since(long beginNanos) {
        return (System.nanoTime() - beginNanos) / 1e9;
    }

    @Override
    public void close() {
        observer.close();
        admin.close();
        runs.close();
    }
}
