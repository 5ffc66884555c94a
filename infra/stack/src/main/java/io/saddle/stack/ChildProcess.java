package io.saddle.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** A process that this stack started, now or in an earlier command. */
final class ChildProcess {

    private static final Duration TO_SHOW_THREADS = Duration.ofSeconds(1);
    /** A start instant moves when the clock is set: one is compared only where there is no {@link StartMark}. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);

    private static final Duration TO_LEAVE_THE_GROUP = Duration.ofSeconds(5);
    private static final long A_MOMENT_NANOS = 1_000_000;

    private final ProcessHandle handle;
    private final Process started;

    /** @param started null where another process has started it */
    private ChildProcess(ProcessHandle handle, Process started) {
        this.handle = handle;
        this.started = started;
    }

    /**
     * Starts one whose log still has to begin.
     *
     * @param log written to at {@link LogFile#next}
     * @param environment beside this process's own
     */
    static ChildProcess launch(List<String> command, Path workingFolder, LogFile log, Map<String, String> environment) {
        try {
            Files.createDirectories(log.path().getParent());
            Files.deleteIfExists(log.next());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(workingFolder.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.next().toFile()));
            builder.environment().put("OPT_OUT_TRACKING", "true");
            builder.environment().putAll(environment);
            Process started = builder.start();
            ChildProcess process = new ChildProcess(started.toHandle(), started);
            if (command.get(0).equals(JavaCommand.OWN_GROUP)) {
                process.awaitOwnGroup();
            }
            return process;
        } catch (IOException e) {
            throw new StackException("cannot start " + command.get(0) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns once it has left this process's group, or is taking long: a terminal's Ctrl-C before that would be for it as well, and it would
     * be gone while others have work to hand over to it. At once where that cannot be seen.
     */
    private void awaitOwnGroup() {
        long deadline = System.nanoTime() + TO_LEAVE_THE_GROUP.toNanos();
        while (isAlive() && !hasOwnGroup() && System.nanoTime() < deadline) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            LockSupport.parkNanos(A_MOMENT_NANOS);
        }
    }

    /** By the fifth value of its {@code stat}, the third behind the name in brackets; true where there is none. */
    private boolean hasOwnGroup() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[2].equals(Long.toString(pid()));
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * The process with this id, if it still is the one that was started then: ids are used again.
     *
     * @param mark its {@link #mark}; null where there was none
     */
    static Optional<ChildProcess> find(long pid, Instant startedAt, String mark) {
        return ProcessHandle.of(pid)
                .map(handle -> new ChildProcess(handle, null))
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

    /** Its words, where the system tells them whole: the JDK tells no more than a page of them. */
    Optional<List<String>> command() {
        try {
            String words = Files.readString(Path.of("/proc", Long.toString(pid()), "cmdline"));
            return Optional.of(List.of(words.split("\0")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean isAlive() {
        return handle.isAlive();
    }

    /** Empty while it lives, and where another process has started it: the system tells nobody else. */
    Optional<Integer> exitStatus() {
        return Optional.ofNullable(started)
                .filter(process -> !process.isAlive())
                .map(Process::exitValue);
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
