package io.saddle.stack;

import io.saddle.artifact.DurableFiles;
import io.saddle.stack.security.SecurityFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Broker, registry and services of one {@link Home}. Processes started by an earlier command are found again; whatever is asked
 * for and does not run is started, in order: broker and registry, then topics and schemas, then the services.
 */
public final class Stack {

    /** The time that a process may take to end by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String SUPERVISOR = "supervisor";

    private final Distribution distribution;
    private final LocalSettings settings;
    private final Start start;
    private final StackState state;
    private final Consumer<String> progress;
    private final List<StackProcess> infrastructure;
    private final List<StackProcess> services;

    private Stack(
            Distribution distribution,
            LocalSettings settings,
            Start.Mode mode,
            Map<String, String> environment,
            Consumer<String> progress) {
        this.distribution = distribution;
        this.settings = settings;
        this.state = new StackState(settings.home());
        this.start = new Start(distribution, settings, state, mode, environment, progress);
        this.progress = progress;
        this.infrastructure =
                List.of(new KafkaBroker(distribution, settings), new SchemaRegistry(distribution, settings));
        this.services = Service.all(distribution, settings);
    }

    /** A stack whose processes live on after this one. */
    public static Stack detached(Distribution distribution, LocalSettings settings, Consumer<String> progress) {
        return new Stack(distribution, settings, Start.Mode.DETACHED, Map.of(), progress);
    }

    /** A stack whose processes end with this one. */
    public static Stack leashed(
            Distribution distribution,
            LocalSettings settings,
            Map<String, String> environment,
            Consumer<String> progress) {
        return new Stack(distribution, settings, Start.Mode.LEASHED, environment, progress);
    }

    /**
     * Starts a stack of its own on free ports and ends it, so that each process leaves the class data with which every later
     * start of it is faster: half a minute on two cores for all of them.
     *
     * @param names some of {@link #names()}; empty for all
     * @throws StackException if one is not built or does not start
     */
    public static void makeStartupArchives(Distribution distribution, List<String> names, Consumer<String> progress) {
        Home home = new Home(distribution.startupArchives().resolve("stack"));
        LocalSettings settings = LocalSettings.load(home, Map.of(), Ports.freeSettings());
        Stack stack = new Stack(distribution, settings, Start.Mode.RECORDING, Map.of(), progress);
        try {
            DurableFiles.deleteTree(distribution.startupArchives());
            stack.up(names.isEmpty() ? stack.names() : names);
            stack.down();
            DurableFiles.deleteTree(home.folder());
        } catch (IOException e) {
            throw new StackException(home.folder() + " cannot be deleted", e);
        } finally {
            stack.names().forEach(stack::kill);
        }
    }

    /** Names of all processes, in the order of their start. */
    public List<String> names() {
        return components().map(StackProcess::name).toList();
    }

    public LocalSettings settings() {
        return settings;
    }

    /**
     * Brings the named processes up, waits until each is ready, and sets up topics and schemas where broker and registry run.
     *
     * @param names some of {@link #names()}
     * @throws StackException if one is not built, a port is taken (then nothing is started), or one does not become ready
     */
    public void up(Collection<String> names) {
        requireKnown(names);
        try (StackLock lock = StackLock.acquire(settings.home(), progress)) {
            settings.security().ifPresent(security -> {
                settings.home().keepPrivate();
                LocalSettings.makeSecure(security);
            });
            start.check(components()
                    .filter(component -> names.contains(component.name()))
                    .toList());
            awaitReady(startMissing(infrastructure, names));
            // They wait for topics and schemas by themselves, and have enough to do until these are there.
            Map<StackProcess, Boolean> starting = startMissing(services, names);
            if (infrastructure.stream().allMatch(component -> running(component).isPresent())) {
                setUp(starting);
            }
            awaitReady(starting);
        }
    }

    /**
     * Makes this stack one whose Kafka and registry ask who somebody is; a stack stays so once it is.
     *
     * @throws StackException if its broker has records of a time when nobody was asked
     */
    public void secure() {
        if (settings.security().isPresent()) {
            return;
        }
        if (Files.exists(settings.home().data(KafkaBroker.NAME))) {
            throw new StackException("the broker in " + settings.home().data(KafkaBroker.NAME)
                    + " was set up without users, and cannot be given the first of them: take another --home for a secured"
                    + " stack (./saddle backup and restore bring the runs along)");
        }
        progress.accept(
                "security: making certificates and users in " + settings.home().security());
        settings.home().keepPrivate();
        LocalSettings.makeSecure(settings.securityFolder());
    }

    /** Makes a secured stack's tokens of the registry anew before they end; not while another command changes the stack. */
    void renewTokens() {
        StackLock.ifFree(settings.home()).ifPresent(lock -> {
            try (lock) {
                settings.security().ifPresent(SecurityFolder::renewTokens);
            }
        });
    }

    /** @return which of those that are wanted were started, in order; false where one ran */
    private Map<StackProcess, Boolean> startMissing(List<StackProcess> wave, Collection<String> names) {
        Map<StackProcess, Boolean> started = new LinkedHashMap<>();
        wave.stream()
                .filter(component -> names.contains(component.name()))
                .forEach(component -> started.put(component, start.unlessRunning(component)));
        return started;
    }

    private void awaitReady(Map<StackProcess, Boolean> started) {
        started.forEach(start::awaitReady);
    }

    /** @param starting ended again if it fails */
    private void setUp(Map<StackProcess, Boolean> starting) {
        try (LocalSetup setup = LocalSetup.of(settings, progress)) {
            setup.run();
        } catch (RuntimeException e) {
            end(starting.entrySet().stream()
                    .filter(Map.Entry::getValue)
                    .map(Map.Entry::getKey)
                    .toList());
            throw e;
        }
    }

    /** Ends what this stack started, services first, and only that. */
    public void down() {
        try (StackLock lock = StackLock.acquire(settings.home(), progress)) {
            endSupervisor();
            end(services);
            List<StackProcess> reversed = new ArrayList<>(infrastructure);
            Collections.reverse(reversed);
            reversed.forEach(component -> end(List.of(component)));
        }
    }

    private void end(List<StackProcess> wave) {
        Map<String, ChildProcess> ending = new LinkedHashMap<>();
        wave.forEach(component -> running(component).ifPresent(process -> ending.put(component.name(), process)));
        ending.values().forEach(ChildProcess::terminate);
        Instant deadline = Instant.now().plus(PATIENCE);
        ending.forEach((name, process) -> {
            if (process.awaitEnd(Duration.between(Instant.now(), deadline))) {
                progress.accept(name + ": ended");
            } else {
                process.kill();
                progress.accept(name + ": did not end within " + PATIENCE.toSeconds() + " s, killed");
            }
        });
        wave.forEach(component -> state.remove(component.name()));
    }

    /** Ends one process in an orderly way. */
    public void end(String name) {
        requireKnown(List.of(name));
        component(name).ifPresent(component -> end(List.of(component)));
    }

    /** Ends one process at once, as kill -9 does; its entry stays, as after a crash. */
    public void kill(String name) {
        requireKnown(List.of(name));
        component(name).flatMap(this::running).ifPresent(ChildProcess::kill);
    }

    /**
     * The id of a process that was started and runs.
     *
     * @throws StackException if it does not
     */
    public long pid(String name) {
        return component(name)
                .flatMap(this::running)
                .orElseThrow(() -> new StackException("the " + name + " does not run"))
                .pid();
    }

    /** The processes that were started and have ended without being asked to. */
    public List<String> dead() {
        Map<String, StackState.Entry> entries =
                state.entries().stream().collect(Collectors.toMap(StackState.Entry::name, Function.identity()));
        return components()
                .map(StackProcess::name)
                .filter(name ->
                        entries.containsKey(name) && entries.get(name).process().isEmpty())
                .toList();
    }

    /** True from {@link #up} to {@link #down}, whatever runs. */
    public boolean isUp() {
        return components().anyMatch(component -> state.entry(component.name()).isPresent());
    }

    /**
     * Starts a process that had ended without being asked to, and does not wait until it is ready.
     *
     * @return false if another command changes the stack now, or it is not dead any more
     * @throws StackException if it cannot be started
     */
    boolean startAgain(String name) {
        Optional<StackLock> lock = StackLock.ifFree(settings.home());
        if (lock.isEmpty()) {
            return false;
        }
        try (StackLock held = lock.get()) {
            if (!dead().contains(name)) {
                return false;
            }
            StackProcess component = component(name).orElseThrow();
            start.check(List.of(component));
            return start.unlessRunning(component);
        }
    }

    /**
     * Starts a process beside the stack's that watches over them, in the place of one that was started with other settings; {@link
     * #down} ends it.
     *
     * @param command see {@link Supervision}; empty: nobody is to watch over them
     */
    public void supervise(List<String> command) {
        try (StackLock lock = StackLock.acquire(settings.home(), progress)) {
            endSupervisor();
            if (!command.isEmpty()) {
                LogFile log = new LogFile(settings.home().log(SUPERVISOR));
                ChildProcess process =
                        ChildProcess.launch(JavaCommand.detached(command), distribution.root(), log, Map.of());
                state.put(new StackState.Entry(
                        SUPERVISOR,
                        process.pid(),
                        process.startedAt().orElseGet(Instant::now).toString(),
                        0,
                        log.path().toString()));
            }
        }
    }

    private void endSupervisor() {
        state.entry(SUPERVISOR).flatMap(StackState.Entry::process).ifPresent(ChildProcess::kill);
        state.remove(SUPERVISOR);
    }

    /** True if a process of the stack of that home runs, asked for without the built project. */
    public static boolean isRunning(Home home, String name) {
        return new StackState(home)
                .entry(name)
                .flatMap(StackState.Entry::process)
                .isPresent();
    }

    /** True if any process of this stack runs. */
    public boolean isRunning() {
        return components().anyMatch(component -> running(component).isPresent());
    }

    /** The state of each process; asks each running one whether it is ready. */
    public List<ProcessStatus> status() {
        return components().map(this::status).toList();
    }

    private ProcessStatus status(StackProcess component) {
        Optional<StackState.Entry> entry = state.entry(component.name());
        int port = entry.map(StackState.Entry::port)
                .orElseGet(() -> settings.number(component.ports().get(0)));
        if (entry.isEmpty()) {
            return new ProcessStatus(component.name(), ProcessStatus.Condition.STOPPED, -1, port, null);
        }
        ProcessStatus.Condition condition = running(component)
                .map(process -> component.ready() ? ProcessStatus.Condition.READY : ProcessStatus.Condition.NOT_READY)
                .orElse(ProcessStatus.Condition.DIED);
        return new ProcessStatus(
                component.name(),
                condition,
                entry.get().pid(),
                port,
                entry.get().log());
    }

    private Optional<ChildProcess> running(StackProcess component) {
        return state.entry(component.name()).flatMap(StackState.Entry::process);
    }

    private Optional<StackProcess> component(String name) {
        return components().filter(component -> component.name().equals(name)).findFirst();
    }

    private Stream<StackProcess> components() {
        return Stream.concat(infrastructure.stream(), services.stream());
    }

    private void requireKnown(Collection<String> names) {
        List<String> unknown =
                names.stream().filter(name -> !names().contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no process " + unknown.stream().collect(Collectors.joining(", "))
                    + "; there are " + String.join(", ", names()));
        }
    }
}
