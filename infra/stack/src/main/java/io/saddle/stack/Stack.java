package io.saddle.stack;

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

/**
 * Broker, registry and services of one {@link Home}. Processes started by an earlier command are found again; whatever is asked
 * for and does not run is started, in order: broker and registry, then topics and schemas, then the services.
 */
public final class Stack {

    /** The time that a process may take to end by itself: longer than a trainer's for handing its runs over. */
    static final Duration PATIENCE = Duration.ofSeconds(75);

    private final LocalSettings settings;
    private final Start start;
    private final StackState state;
    private final Consumer<String> progress;
    private final StackProcesses processes;
    private final SupervisorProcess supervisor;

    private Stack(
            Distribution distribution,
            LocalSettings settings,
            Start.Mode mode,
            Map<String, String> environment,
            Consumer<String> progress) {
        this.settings = settings;
        this.state = new StackState(settings.home());
        this.start = new Start(distribution, settings, state, mode, environment, progress);
        this.progress = progress;
        this.processes = new StackProcesses(distribution, settings, state);
        this.supervisor = new SupervisorProcess(distribution, settings.home(), state);
    }

    /** A stack whose processes live on after this one. */
    public static Stack detached(Distribution distribution, LocalSettings settings, Consumer<String> progress) {
        return new Stack(distribution, settings, Start.Mode.DETACHED, Map.of(), progress);
    }

    /** A stack whose processes leave class data for later starts of them when they end. */
    static Stack recording(Distribution distribution, LocalSettings settings, Consumer<String> progress) {
        return new Stack(distribution, settings, Start.Mode.RECORDING, Map.of(), progress);
    }

    /** A stack whose processes end with this one. */
    public static Stack leashed(
            Distribution distribution,
            LocalSettings settings,
            Map<String, String> environment,
            Consumer<String> progress) {
        return new Stack(distribution, settings, Start.Mode.LEASHED, environment, progress);
    }

    /** Names of all processes, in the order of their start. */
    public List<String> names() {
        return processes.names();
    }

    public LocalSettings settings() {
        return settings;
    }

    /**
     * Brings the named processes up, waits until each is ready, and sets up topics and schemas where broker and registry run.
     *
     * @param names some of {@link #names()}
     * @throws StackException if one is not built, a port is taken, a process of this stack runs on another port than these settings
     *     say (then nothing is started), or one does not become ready
     */
    public void up(Collection<String> names) {
        List<StackProcess> wanted = processes.named(names);
        settings.refuseWhatIsOverruled();
        try (StackLock lock = StackLock.acquire(settings.home(), progress)) {
            settings.security().ifPresent(security -> {
                settings.home().keepPrivate();
                LocalSettings.makeSecure(security);
            });
            start.requireSamePorts(processes.all());
            start.check(wanted);
            awaitReady(startMissing(processes.infrastructure(), wanted));
            // They wait for topics and schemas by themselves, and have enough to do until these are there.
            Map<StackProcess, Boolean> starting = startMissing(processes.services(), wanted);
            if (processes.infrastructure().stream().allMatch(processes::runs)) {
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
        try (StackLock lock = StackLock.acquire(settings.home(), progress)) {
            if (settings.security().isEmpty()) {
                makeSecure();
            }
        }
    }

    private void makeSecure() {
        if (Files.exists(settings.home().data(KafkaBroker.NAME))) {
            throw new StackException("the broker in " + settings.home().data(KafkaBroker.NAME)
                    + " was set up without users, and cannot be given the first of them: take another --home for a secured"
                    + " stack (./saddle backup and restore bring the runs along)");
        }
        progress.accept("security: making certificates and users in " + settings.securityFolder());
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

    /** Keeps the logs of what runs from filling the disk; not while another command changes the stack, and begins logs. */
    void boundLogs() {
        StackLock.ifFree(settings.home()).ifPresent(lock -> {
            try (lock) {
                for (StackState.Entry entry : state.entries()) {
                    if (entry.process().isPresent()) {
                        entry.logFile().beginIfLarge();
                    }
                }
            } catch (IOException e) {
                throw new StackException("no room for a copy: " + e.getMessage(), e);
            }
        });
    }

    /** @return which of those that are wanted were started, in order; false where one ran */
    private Map<StackProcess, Boolean> startMissing(List<StackProcess> wave, List<StackProcess> wanted) {
        Map<StackProcess, Boolean> started = new LinkedHashMap<>();
        wave.stream()
                .filter(wanted::contains)
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
            progress.accept("still running: " + String.join(", ", running()) + "; './saddle down' ends them");
            throw e;
        }
    }

    /** Ends what this stack started, services first, and only that. Of one that was never started nothing is made. */
    public void down() {
        if (running().isEmpty()) {
            progress.accept("nothing runs that was started with --home "
                    + settings.home().folder());
            if (!Files.exists(settings.home().folder())) {
                return;
            }
        }
        try (StackLock lock = StackLock.acquire(settings.home(), progress)) {
            supervisor.end();
            end(processes.services());
            List<StackProcess> reversed = new ArrayList<>(processes.infrastructure());
            Collections.reverse(reversed);
            reversed.forEach(component -> end(List.of(component)));
        }
    }

    /** Names of the processes that run, in the order of their start. */
    public List<String> running() {
        return names().stream().filter(name -> state.process(name).isPresent()).toList();
    }

    private void end(List<StackProcess> wave) {
        Map<String, ChildProcess> ending = new LinkedHashMap<>();
        wave.forEach(component ->
                state.process(component.name()).ifPresent(process -> ending.put(component.name(), process)));
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
        end(processes.named(List.of(name)));
    }

    /** Ends one process at once, as kill -9 does; its entry stays, as after a crash. */
    public void kill(String name) {
        processes
                .named(List.of(name))
                .forEach(process -> state.process(process.name()).ifPresent(ChildProcess::kill));
    }

    /**
     * The id of a process that was started and runs.
     *
     * @throws StackException if it does not
     */
    public long pid(String name) {
        return state.process(name)
                .orElseThrow(() -> new StackException("the " + name + " does not run"))
                .pid();
    }

    /** The processes that were started and have ended without being asked to. */
    public List<String> dead() {
        return processes.dead();
    }

    /** True from {@link #up} to {@link #down}, whatever runs. */
    public boolean isUp() {
        return processes.areUp();
    }

    /** How one of these ended, in a line, as far as it can be told. */
    String lastWords(String name) {
        return start.lastWords(name);
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
            List<StackProcess> ended = processes.named(List.of(name));
            start.check(ended);
            return start.unlessRunning(ended.get(0));
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
            supervisor.end();
            superviseBy(command);
        }
    }

    /**
     * The same where processes run and nobody watches over them; who does goes on with the settings that these were started with.
     *
     * @throws StackException if one runs on another port than these settings say: it would come back there
     */
    public void superviseIfNobodyDoes(List<String> command) {
        try (StackLock lock = StackLock.acquire(settings.home(), progress)) {
            if (isUp() && !supervisor.runs()) {
                start.requireSamePorts(processes.all());
                superviseBy(command);
            }
        }
    }

    private void superviseBy(List<String> command) {
        if (!command.isEmpty()) {
            supervisor.start(command);
        }
    }

    /** True if a process of the stack of that home runs, asked for without the built project. */
    public static boolean isRunning(Home home, String name) {
        return new StackState(home).process(name).isPresent();
    }

    /** True if any process of this stack runs. */
    public boolean isRunning() {
        return processes.all().stream().anyMatch(processes::runs);
    }

    /** The ports that a process of this stack which does not run could not listen on now. */
    public List<TakenPort> takenPorts() {
        return Ports.taken(
                settings,
                processes.all().stream()
                        .filter(process -> !processes.runs(process))
                        .toList());
    }

    /** The state of each process; asks each running one whether it is ready. */
    public List<ProcessStatus> status() {
        return processes.status();
    }

    /** The state of whoever watches over them: STOPPED where nobody is to, DIED where nobody does any more. */
    public ProcessStatus supervisor() {
        return supervisor.status();
    }
}
