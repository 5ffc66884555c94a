package io.saddle.lab.soak;

import io.saddle.cli.connection.ConsoleClient;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.OpenTransaction;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.system.Commands;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunPhase;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/** Broker, registry and all services as processes of their own, to inject faults into, and what the topics say meanwhile. */
public final class SoakStack implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final TestCluster cluster;
    private final KafkaSettings kafka;
    private final Map<String, FollowedRun> runs = new ConcurrentHashMap<>();
    private final Map<String, RunLog> references = new HashMap<>();
    private final Consumer<String> say;
    /** Null until the first run is to be followed: it reads everything that anybody says. */
    private RunFeed feed;

    private SoakStack(TestCluster cluster, Consumer<String> say) {
        this.cluster = cluster;
        this.kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
        this.say = say;
    }

    /**
     * Starts everything; takes up to a minute.
     *
     * @param parent the stack's temporary folder is made in it
     * @param environment of every process, beside this one's
     */
    static SoakStack start(Path parent, Map<String, String> environment, Consumer<String> say) {
        return start(parent, environment, TestCluster.SERVICES, say);
    }

    /** {@link #start(Path, Map, Consumer)}, with some of the services alone. */
    static SoakStack start(Path parent, Map<String, String> environment, List<String> services, Consumer<String> say) {
        return new SoakStack(
                TestCluster.startIn(parent, environment, line -> {}, services.toArray(String[]::new)), say);
    }

    TestCluster cluster() {
        return cluster;
    }

    KafkaSettings kafka() {
        return kafka;
    }

    /** Tells a person what is being done. */
    void say(String line) {
        say.accept(line);
    }

    /** Defines a run and follows it. */
    FollowedRun submit(SoakSpec spec) {
        FollowedRun history = runs.computeIfAbsent(spec.name(), name -> new FollowedRun());
        if (feed == null) {
            feed = new RunFeed(kafka, runs);
        }
        new ConsoleClient(cluster.consoleUrl()).submit(spec.yaml());
        return history;
    }

    /** Asks the console to {@code pause} or {@code resume} the run. */
    void control(SoakSpec spec, String action) {
        new ConsoleClient(cluster.consoleUrl()).change(spec.name(), action);
    }

    /** The records of the run of this specification to which nothing was done; trained when it is first asked for. */
    RunLog undisturbed(SoakSpec like) throws InterruptedException {
        String key = like.with("/name", "any").yaml();
        RunLog known = references.get(key);
        if (known == null) {
            SoakSpec spec = like.with("/name", "undisturbed-" + (references.size() + 1));
            say("an undisturbed run of " + spec.steps() + " steps, to compare with");
            submit(spec);
            known = ended(spec);
            references.put(key, known);
        }
        return known;
    }

    /** Waits until the run is complete and its finished model judged; gives all that was said of it. */
    RunLog ended(SoakSpec spec) throws InterruptedException {
        FollowedRun history = runs.get(spec.name());
        LongSupplier steps = () -> history.summaries().size();
        await("the end of run '" + spec.name() + "'", steps, () -> {
            RunPhase phase = phase(history);
            if (phase == RunPhase.FAILED || phase == RunPhase.STOPPED) {
                throw new IllegalStateException("run '" + spec.name() + "' ended as " + phase + ": "
                        + history.status().orElseThrow().getMessage());
            }
            return phase == RunPhase.COMPLETED && history.finalScore().isPresent();
        });
        return RunLog.read(kafka, spec.name());
    }

    /** Waits until so many primal steps were said to be done. */
    void awaitSteps(FollowedRun history, long steps) throws InterruptedException {
        await(
                "step " + steps,
                () -> history.summaries().size(),
                () -> history.summaries().size() >= steps || phase(history) == RunPhase.COMPLETED);
    }

    /** Waits for an alert of this kind. */
    Alert awaitAlert(FollowedRun history, AlertKind kind) throws InterruptedException {
        await("an alert " + kind, () -> alert(history, kind).isPresent());
        return alert(history, kind).orElseThrow();
    }

    static Optional<Alert> alert(FollowedRun history, AlertKind kind) {
        return history.alerts().stream()
                .filter(alert -> alert.getKind() == kind)
                .findFirst();
    }

    static RunPhase phase(FollowedRun history) {
        return history.status().map(status -> status.getPhase()).orElse(RunPhase.QUEUED);
    }

    /** @throws IllegalStateException if it does not come about within minutes; names {@code what} */
    void await(String what, BooleanSupplier happened) throws InterruptedException {
        await(what, () -> 0, happened);
    }

    /**
     * As {@link #await(String, BooleanSupplier)}, for work that may take longer.
     *
     * @param progress changes with each part of it: the minutes count from the last change
     */
    void await(String what, LongSupplier progress, BooleanSupplier happened) throws InterruptedException {
        Standstill standstill = new Standstill(what, progress, this::state);
        while (!happened.getAsBoolean()) {
            standstill.refuse();
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /** What is known of the runs that have not ended, for whoever waits in vain. */
    String state() {
        List<String> runs = new ArrayList<>();
        new TreeMap<>(this.runs).forEach((name, history) -> {
            if (phase(history) != RunPhase.COMPLETED || history.finalScore().isEmpty()) {
                runs.add("run '" + name + "' is " + phase(history) + " after "
                        + history.summaries().size() + " steps");
            }
        });
        runs.addAll(cluster.dead().stream().map(process -> process + " is dead").toList());
        if (feed != null) {
            feed.hindrance().map("this process is behind: "::concat).ifPresent(runs::add);
        }
        runs.addAll(transactions());
        return runs.isEmpty() ? "every run has ended" : String.join(", ", runs);
    }

    /** Whoever waits for what lies behind one waits in vain. */
    private List<String> transactions() {
        try (Admin admin = Admin.create(kafka.admin())) {
            List<TopicPartition> partitions = Topics.all().stream()
                    .flatMap(topic -> IntStream.range(0, topic.partitions())
                            .mapToObj(partition -> new TopicPartition(topic.name(), partition)))
                    .toList();
            return OpenTransaction.of(admin, partitions).stream()
                    .map(open -> "a transaction is open: " + open)
                    .toList();
        } catch (ExecutionException e) {
            return List.of("Kafka does not say which transactions are open: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    Claim everyServiceLives() {
        return Claim.equal("every service lives on", List.of(), cluster.dead());
    }

    /** Ends a process as kill -9 does, and starts it again. */
    void killAndRestart(String process) {
        cluster.kill(process);
        cluster.restart(process);
    }

    /** Sends a process a signal, for example {@code STOP}. */
    void signal(String process, String signal) throws IOException, InterruptedException {
        Commands.run("kill", "-" + signal, Long.toString(cluster.pid(process)));
    }

    @Override
    public void close() {
        if (feed != null) {
            feed.close();
        }
        cluster.close();
    }
}
