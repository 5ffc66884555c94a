package io.saddle.pipeline.execution;

import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tasks of some kinds that nobody has said the end of, as the topics have them. Thread-safe. */
public final class OpenTasks {

    /** An attempt of a step. */
    private record Attempt(String executionId, String step, int number) {}

    /**
     * A task under way.
     *
     * @param start the order that it begins with
     * @param newest the newest order of it: what is wanted of it now
     * @param isObeyed whether that was done already
     */
    public record Open(StepTask start, StepTask newest, boolean isObeyed) {

        public TaskAction wanted() {
            return newest.getAction();
        }
    }

    private final Set<String> kinds;
    private final Map<Attempt, Open> open = new LinkedHashMap<>();
    /** The topics are read side by side: an end may come before its beginning. */
    private final Set<Attempt> ended = new HashSet<>();
    /** Of which somebody has said something, but no end; that may come before its beginning, too. */
    private final Set<Attempt> taken = new HashSet<>();

    /** @param kinds of the tasks */
    public OpenTasks(Set<String> kinds) {
        this.kinds = Set.copyOf(kinds);
    }

    /** Takes the next order. */
    public synchronized void put(StepTask task) {
        Attempt attempt = attempt(task);
        if (!kinds.contains(task.getKind()) || ended.contains(attempt)) {
            return;
        }
        if (task.getAction() == TaskAction.START) {
            open.putIfAbsent(attempt, new Open(task, task, false));
        } else {
            open.computeIfPresent(attempt, (key, known) -> new Open(known.start(), task, false));
        }
    }

    /** Takes what was said of a task. */
    public synchronized void put(TaskResult result) {
        Attempt attempt = new Attempt(result.getExecutionId(), result.getStep(), result.getAttempt());
        if (isEnd(result.getOutcome())) {
            end(attempt);
        } else if (!ended.contains(attempt)) {
            taken.add(attempt);
        }
    }

    /** Whether somebody has said that they are at it. */
    public synchronized boolean isTaken(Open task) {
        return taken.contains(attempt(task));
    }

    /** Whether this is an end of a task that this release knows. */
    static boolean isEnd(TaskOutcome outcome) {
        return outcome != TaskOutcome.UNDER_WAY && outcome != TaskOutcome.UNKNOWN;
    }

    /** Its newest order was done; unless another one has come meanwhile. */
    public synchronized void obeyed(Open task) {
        open.replace(attempt(task), task, new Open(task.start(), task.newest(), true));
    }

    /** Nothing more is to be done for a task, nor said. */
    public synchronized void close(Open task) {
        end(attempt(task));
    }

    /** Whether an attempt is still to be done: nobody has said its end, and nobody wants it stopped. */
    public synchronized boolean isWanted(StepTask task) {
        Open known = open.get(attempt(task));
        return known != null && known.wanted() != TaskAction.STOP;
    }

    private static Attempt attempt(Open task) {
        return attempt(task.start());
    }

    private static Attempt attempt(StepTask task) {
        return new Attempt(task.getExecutionId(), task.getStep(), task.getAttempt());
    }

    private void end(Attempt attempt) {
        ended.add(attempt);
        taken.remove(attempt);
        open.remove(attempt);
    }

    /** All of them, in the order of their orders. */
    public synchronized List<Open> all() {
        return List.copyOf(open.values());
    }
}
