package io.saddle.stack;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts processes that do not run yet and waits until they serve. */
final class Start {

    /** The life of processes beside the one that starts them; recording ones outlive it, and those without class data leave theirs when they end. */
    enum Mode {
        DETACHED,
        LEASHED,
        RECORDING
    }

    private static final int LOG_LINES = 20;
    private static final long POLL_MILLIS = 150;
    private static final Duration SAY_EVERY = Duration.ofSeconds(5);

    private final Distribution distribution;
    private final LocalSettings settings;
    private final StackState state;
    private final Mode mode;
    private final Map<String, String> environment;
    private final Consumer<String> progress;
    private final Map<String, ChildProcess> started = new HashMap<>();

    /** @param environment of what is started, beside this process's own */
    Start(
            Distribution distribution,
            LocalSettings settings,
            StackState state,
            Mode mode,
            Map<String, String> environment,
            Consumer<String> progress) {
        this.distribution = distribution;
        this.settings = settings;
        this.state = state;
        this.mode = mode;
        this.environment = Map.copyOf(environment);
        this.progress = progress;
    }

    /**
     * @throws StackException if one of these runs on another port than the settings say, or did before it ended beside others that run:
     *     it would not be found there
     */
    void requireSamePorts(List<StackProcess> processes) {
        processes.forEach(this::requireSamePort);
    }

    /** @throws StackException if one of these cannot be started: not built, port taken */
    void check(List<StackProcess> wanted) {
        List<StackProcess> missing = wanted.stream()
                .filter(component -> state.process(component.name()).isEmpty())
                .toList();
        missing.forEach(StackProcess::command);
        Ports.requireFree(settings, missing);
    }

    private void requireSamePort(StackProcess component) {
        int port = settings.number(component.ports().get(0));
        state.entry(component.name())
                .filter(entry -> entry.port() != port && state.isAnyRunning())
                .ifPresent(entry -> {
                    throw new StackException(
                            "the " + component.name() + (entry.process().isPresent() ? " runs" : " ran") + " on port "
                                    + entry.port() + ", the setting "
                                    + component.ports().get(0).key() + " says " + port
                                    + ": take the stack down first, or set it back");
                });
    }

    /** @return whether it was started, false if it ran */
    boolean unlessRunning(StackProcess component) {
        Optional<ChildProcess> found = state.process(component.name());
        if (found.isPresent()) {
            progress.accept(component.name() + ": runs (pid " + found.get().pid() + ")"
                    + (isOfAnotherBuild(component, found.get())
                            ? ", of another build: './saddle down', then './saddle up' exchange it"
                            : ""));
            return false;
        }
        LogFile log = log(component);
        StartupArchives archives = new StartupArchives(distribution.startupArchives());
        JavaCommand command = component
                .command()
                .with(QuickStart.OPTIONS)
                .with(
                        mode == Mode.RECORDING && !archives.has(component.name())
                                ? archives.record(component.name())
                                : archives.use(component.name()));
        ChildProcess process = ChildProcess.launch(
                mode == Mode.LEASHED ? command.leashed(distribution.leashJar()) : command.detached(),
                distribution.root(),
                log,
                environment);
        note(component, process, log);
        started.put(component.name(), process);
        progress.accept(component.name() + ": starting (pid " + process.pid() + ")");
        return true;
    }

    private static boolean isOfAnotherBuild(StackProcess component, ChildProcess running) {
        JavaCommand command;
        try {
            command = component.command();
        } catch (StackException notBuilt) {
            // Of what is not built here there is nothing to compare.
            return false;
        }
        return command.isOfAnotherBuildThan(running);
    }

    /**
     * A process that is not on record would be ended by nobody, and hold its port for ever. Only what is on record begins a log: tries that
     * fail would push out the one that says why they do.
     */
    private void note(StackProcess component, ChildProcess process, LogFile log) {
        int port = settings.number(component.ports().get(0));
        boolean firstEnd = state.entry(component.name())
                .filter(StackState.Entry::hasServed)
                .isPresent();
        try {
            state.put(StackState.Entry.of(component.name(), process, port, log));
            if (firstEnd) {
                log.beginSeries();
            } else {
                log.begin();
            }
        } catch (IOException e) {
            process.kill();
            throw new StackException("the log " + log.path() + " cannot be begun: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    /** How a process ended that was on record and is not started again yet, in a line. */
    String lastWords(String name) {
        StackState.Entry ended = state.entry(name).orElseThrow();
        String status = Optional.ofNullable(started.get(name))
                .filter(process -> process.pid() == ended.pid())
                .flatMap(ChildProcess::exitStatus)
                .map(exit -> " with exit status " + exit)
                .orElse("");
        String words =
                ended.logFile().lastWords().map(line -> "its log with: " + line).orElse("its log is empty");
        return name + " ended" + status + ", " + words;
    }

    /** @throws StackException if it dies or takes too long; with the end of its log */
    void awaitReady(StackProcess component, boolean started) {
        Duration patience = Duration.ofSeconds(settings.number(Setting.START_SECONDS));
        Instant begin = Instant.now();
        Instant said = begin;
        while (!component.ready()) {
            Duration waited = Duration.between(begin, Instant.now());
            if (state.process(component.name()).isEmpty()) {
                throw failure(component, "ended while starting");
            }
            if (waited.compareTo(patience) > 0) {
                StackException failure = failure(
                        component,
                        "is not ready after " + patience.toSeconds() + " s (" + Setting.START_SECONDS.key()
                                + "; what its threads and the broker's do there stands behind that in their logs)");
                showThreads(component.name());
                showThreads(KafkaBroker.NAME);
                throw failure;
            }
            if (Duration.between(said, Instant.now()).compareTo(SAY_EVERY) > 0) {
                said = Instant.now();
                progress.accept(component.name() + ": not ready yet, " + waited.toSeconds() + " s");
            }
            pause();
        }
        if (started) {
            component.onReady();
            state.putReady(component.name());
            progress.accept(component.name() + ": ready on port "
                    + settings.text(component.ports().get(0)));
        }
    }

    private StackException failure(StackProcess component, String what) {
        LogFile log = log(component);
        String nl = System.lineSeparator();
        return new StackException("the " + component.name() + " " + what + "; the end of its log, " + log.path() + ":"
                + nl + "  " + String.join(nl + "  ", log.tail(LOG_LINES)));
    }

    /** Once it is ended nobody can tell what it waited for. */
    private void showThreads(String name) {
        state.process(name).ifPresent(ChildProcess::showThreads);
    }

    private LogFile log(StackProcess component) {
        return new LogFile(settings.home().log(component.name()));
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while waiting for a process to become ready", e);
        }
    }
}
