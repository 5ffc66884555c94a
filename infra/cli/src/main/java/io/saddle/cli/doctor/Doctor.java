package io.saddle.cli.doctor;

import io.saddle.cli.connection.Causes;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.Version;
import io.saddle.stack.KafkaBroker;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.SchemaRegistry;
import io.saddle.stack.Service;
import io.saddle.stack.Setting;
import io.saddle.stack.Stack;
import io.saddle.stack.StackException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/** The checks in their order: the machine, the store, Kafka, the registry, the console. Each is told as soon as it is made. */
final class Doctor {

    private static final String NOT_RUNNING = "the local stack does not run: './saddle up' starts it";
    /** With a console; one that is as slow is no sound one. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final String NOT_NAMED = "another stack is named, but not by ";

    private final KafkaOptions kafka;
    private final String consoleUrl;
    private final LocalSettings settings;
    private final boolean isElsewhere;
    private final Consumer<Finding> told;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param consoleUrl of another console than the local stack's; null: none is named
     * @param told takes each finding as it is made
     */
    Doctor(KafkaOptions kafka, String consoleUrl, Consumer<Finding> told) {
        this.kafka = kafka;
        this.consoleUrl = consoleUrl;
        this.settings = kafka.settings();
        this.isElsewhere = kafka.isElsewhere() || kafka.isRegistryElsewhere() || consoleUrl != null;
        this.told = told;
    }

    List<Finding> examine() {
        machine();
        stack();
        store();
        kafka();
        Optional<ServerTime> registrysTime = registry();
        console(registrysTime);
        return List.copyOf(findings);
    }

    private Finding check(String name, Check check) {
        Finding finding = Check.of(name, check);
        findings.add(finding);
        told.accept(finding);
        return finding;
    }

    private void skip(String reason, String... names) {
        for (String name : names) {
            check(name, () -> Finding.skipped(name, reason));
        }
    }

    private void machine() {
        check("java", () -> MachineChecks.java(Runtime.version().feature(), System.getProperty("java.home")));
        check("libtorch", MachineChecks::libtorch);
        check("processors", () -> MachineChecks.processors(Runtime.getRuntime().availableProcessors()));
        check("memory", () -> MachineChecks.memory(MachineChecks.memory(), MachineChecks.heaps(settings)));
        check(
                "disk",
                () -> MachineChecks.disk("disk", "the stack", settings.home().folder()));
    }

    private void stack() {
        if (isElsewhere) {
            skip("another stack is named", "ports", "processes");
            return;
        }
        try {
            Stack stack = kafka.stack().stack();
            check("ports", () -> PortsCheck.of(stack.takenPorts()));
            check("processes", () -> StackChecks.of(stack.status(), stack.supervisor()));
        } catch (StackException e) {
            skip("the project is not built here", "ports", "processes");
        }
    }

    private void store() {
        if (isElsewhere && settings.text(Setting.ARTIFACTS_ROOT).isEmpty()) {
            skip(NOT_NAMED + "--set artifacts.root=URI", "store", "store disk");
            return;
        }
        // A service makes its folder when it starts; of others, which are elsewhere, a volume may not be mounted.
        boolean isMade = isElsewhere || Service.NAMES.stream().anyMatch(this::isLocal);
        check("store", () -> StoreCheck.of(settings.artifacts(), isMade));
        URI root = settings.artifactsRoot();
        if ("file".equals(root.getScheme())) {
            check("store disk", () -> MachineChecks.disk("store disk", "the store", Path.of(root)));
        } else {
            skip("a bucket has no end", "store disk");
        }
    }

    private boolean isLocal(String process) {
        return !isElsewhere && Stack.isRunning(settings.home(), process);
    }

    private void kafka() {
        List<String> names = new ArrayList<>(TopicChecks.NAMES);
        if (isElsewhere) {
            names.add(DualUpdaterCheck.NAME);
        }
        String[] about = names.toArray(String[]::new);
        if (!kafka.isElsewhere() && !isLocal(KafkaBroker.NAME)) {
            String reason = isElsewhere ? NOT_NAMED + "--bootstrap" : NOT_RUNNING;
            skip(reason, BrokersCheck.NAME);
            skip(reason, about);
            return;
        }
        try (Admin admin = kafka.admin()) {
            Finding brokers = check(BrokersCheck.NAME, () -> BrokersCheck.of(admin, kafka));
            if (brokers.status() == Finding.Status.FAILED) {
                skip("Kafka does not answer", about);
                return;
            }
            topics(admin);
            // Of the local stack its process was looked at.
            if (isElsewhere) {
                check(DualUpdaterCheck.NAME, () -> DualUpdaterCheck.of(admin));
            }
        } catch (RuntimeException e) {
            // A login whose files are not there, and the like: the client cannot be made.
            check(
                    BrokersCheck.NAME,
                    () -> Finding.failed(
                            BrokersCheck.NAME,
                            Causes.innermost(e),
                            Causes.innermost(e).contains("bootstrap.servers")
                                    ? "--bootstrap is HOST:PORT, of several brokers with commas between them"
                                    : "see --login, --kafka-property and the files that they name"));
            skip("Kafka cannot be asked", about);
        }
    }

    private void topics(Admin admin) {
        try {
            TopicChecks topics = TopicChecks.ask(admin);
            check(TopicChecks.TOPICS, topics::topics);
            check(TopicChecks.SETTINGS, topics::settings);
            check(
                    TopicChecks.COPIES,
                    () -> topics.copies(admin.describeCluster().nodes().get().size()));
            check(TransactionsCheck.NAME, topics::transactions);
            check(TopicChecks.ACCESS, topics::access);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            TopicChecks.NAMES.forEach(name -> check(name, () -> Finding.failed(name, Causes.innermost(e), "")));
        }
    }

    /** The time that it answered with. */
    private Optional<ServerTime> registry() {
        if (!kafka.isRegistryElsewhere() && !isLocal(SchemaRegistry.NAME)) {
            skip(isElsewhere ? NOT_NAMED + "--registry" : NOT_RUNNING, RegistryChecks.REGISTRY, RegistryChecks.SCHEMAS);
            return Optional.empty();
        }
        AtomicReference<RegistryChecks> registry = new AtomicReference<>();
        Check reachable = () -> {
            registry.set(RegistryChecks.at(kafka.connection()));
            return registry.get().registry();
        };
        if (check(RegistryChecks.REGISTRY, reachable).status() == Finding.Status.FAILED) {
            skip("the registry cannot be asked", RegistryChecks.SCHEMAS);
            return Optional.empty();
        }
        check(RegistryChecks.SCHEMAS, () -> registry.get().schemas());
        return ServerTime.of(URI.create(kafka.registry() + "/config"));
    }

    private static Finding ofRegistry(Optional<ServerTime> time) {
        return ClockCheck.of(
                time.map(ServerTime::here).orElseGet(Instant::now), time.map(ServerTime::there), "the registry");
    }

    private void console(Optional<ServerTime> registrysTime) {
        boolean isLocal = isLocal("console");
        if (consoleUrl == null && !isLocal) {
            skip(
                    isElsewhere ? NOT_NAMED + "--console" : NOT_RUNNING,
                    ConsoleChecks.CONSOLE,
                    ConsoleChecks.SERVICES,
                    ConsoleChecks.VERSIONS,
                    ConsoleChecks.RUNS);
            check("clock", () -> ofRegistry(registrysTime));
            return;
        }
        AtomicReference<ConsoleChecks> made = new AtomicReference<>();
        Check reachable = () -> {
            ConsoleClient console = consoleUrl == null ? new ConsoleClient(settings) : new ConsoleClient(consoleUrl);
            made.set(new ConsoleChecks(console.within(PATIENCE)));
            return made.get().console();
        };
        if (check(ConsoleChecks.CONSOLE, reachable).status() == Finding.Status.FAILED) {
            skip("the console cannot be asked", ConsoleChecks.SERVICES, ConsoleChecks.VERSIONS, ConsoleChecks.RUNS);
            check("clock", () -> ofRegistry(registrysTime));
            return;
        }
        ConsoleChecks console = made.get();
        check(ConsoleChecks.SERVICES, console::services);
        check(ConsoleChecks.VERSIONS, () -> console.versions(Version.current()));
        check(ConsoleChecks.RUNS, console::runs);
        check(
                "clock",
                () -> registrysTime.isPresent()
                        ? ofRegistry(registrysTime)
                        : ClockCheck.of(Instant.now(), console.newest(), "the service that spoke last"));
    }
}
