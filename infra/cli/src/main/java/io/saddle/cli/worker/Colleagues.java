package io.saddle.cli.worker;

import io.saddle.schema.StepTask;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The tasks that other workers are at. One of a partition that has moved is still under way where it began; whoever gets the
 * partition leaves it there as long as that worker is of the group and is heard of.
 */
final class Colleagues {

    /** A worker says every minute that it is at a task, whether it gets on or not. */
    static final Duration HEARD_EVERY = Duration.ofMinutes(1);

    private static final Duration SILENCE = HEARD_EVERY.multipliedBy(5).dividedBy(2);

    private record Attempt(String executionId, String step, int number) {}

    private record Claim(String worker, long heardNanos) {}

    private final String self;
    private final Function<StepTask, Set<String>> members;
    private final BooleanSupplier isDeaf;
    private final LongSupplier nanos;
    private final Map<Attempt, Claim> claims = new ConcurrentHashMap<>();

    /**
     * @param self this worker's name
     * @param members asks for the names of the workers that are of the group of a task's kind
     * @param isDeaf whether nothing can be heard of anybody now
     * @param nanos the clock, {@link System#nanoTime} but for tests
     */
    Colleagues(String self, Function<StepTask, Set<String>> members, BooleanSupplier isDeaf, LongSupplier nanos) {
        this.isDeaf = isDeaf;
        this.self = self;
        this.members = members;
        this.nanos = nanos;
    }

    /** Takes what was said of a task. */
    void put(TaskResult news) {
        Attempt attempt = new Attempt(news.getExecutionId(), news.getStep(), news.getAttempt());
        if (news.getOutcome() == TaskOutcome.UNDER_WAY && !news.getWorker().equals(self)) {
            claims.put(attempt, new Claim(news.getWorker(), nanos.getAsLong()));
        } else {
            claims.remove(attempt);
        }
    }

    /** True while another worker is at this task. */
    boolean areAt(StepTask task) {
        Attempt attempt = new Attempt(task.getExecutionId(), task.getStep(), task.getAttempt());
        if (isDeaf.getAsBoolean()) {
            // Their silence begins when they can be heard again.
            claims.computeIfPresent(attempt, (any, claim) -> new Claim(claim.worker(), nanos.getAsLong()));
            return claims.containsKey(attempt);
        }
        Claim claim = claims.get(attempt);
        return claim != null
                && nanos.getAsLong() - claim.heardNanos() < SILENCE.toNanos()
                && members.apply(task).contains(claim.worker());
    }
}
