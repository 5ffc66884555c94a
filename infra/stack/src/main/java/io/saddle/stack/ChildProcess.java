package io.saddle.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that this stack started, now or in an earlier command. */
final class ChildProcess {

    private static final Duration TO_SHOW_THREADS = Duration.ofSeconds(1);
    /** A start instant moves when the clock is set: one is compared only where there is no {@link StartMark}. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private final ProcessHandle handle;

    private ChildProcess(ProcessHandle handle) {
        this.handle = handle;
    }

    /** @param environment beside this process's own */
    static ChildProcess launch(List<String> command, Path workingFolder, LogFile log, Map<String, String> environment) {
        try {
            log.begin();
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(workingFolder.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.path().toFile()));
            builder.environment().put("OPT_OUT_TRACKING", "true");
            builder.environment().putAll(environment);
            return new ChildProcess(builder.start().toHandle());
        } catch (IOException e) {
            throw new StackException("cannot start " + command.get(0) + ": " + e.getMessage(), e);
        }
    }

    /**
     * The process with this id, if it still is the one that was started then: ids are used again.
     *
     * @param mark its {@link #mark}; null where there was none
     */
    static Optional<ChildProcess> find(long pid, Instant startedAt, String mark) {
        return ProcessHandle.of(pid)
                .map(ChildProcess::new)
                .filter(ChildProcess::isAlive)
                .filter(process -> mark == null
                        ? process.isSince(startedAt)
                        : process.mark().filter(mark::equals).isPresent());
    }

    private boolean isSince(Instant instant) {
        return startedAt()
                .map(start -> Duration.between(start, instant).abs().compareTo(CLOCK_TOLERANCE) <= 0)
                .orElse(true);
    }

    long pid() {
        return handle.pid();
    }

    Optional<Instant> startedAt() {
        return handle.info().startInstant();
    }

    Optional<String> mark() {
        return StartMark.of(pid());
    }

    boolean isAlive() {
        return handle.isAlive();
    }

    /** Has Java write what its threads do to its output (SIGQUIT), and returns soon after; where that cannot be, nothing is written. */
    void showThreads() {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid())).start().waitFor();
            Thread.sleep(TO_SHOW_THREADS.toMillis());
        } catch (IOException e) {
            // It is for whoever looks for the reason of something else, which is told.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end (SIGTERM). */
    void terminate() {
        handle.destroy();
    }

    /** Ends it at once (SIGKILL) and returns when it is gone. */
    void kill() {
        handle.destroyForcibly();
        if (!awaitEnd(Duration.ofSeconds(10))) {
            throw new StackException("process " + pid() + " does not end, even by SIGKILL");
        }
    }

    /** @return whether it ended in time */
    boolean awaitEnd(Duration patience) {
        try {
            handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return !handle.isAlive();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
