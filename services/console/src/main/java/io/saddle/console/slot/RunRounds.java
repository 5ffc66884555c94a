package io.saddle.console.slot;

import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.service.BoundedMap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The newest round of one run, and sums over those that were seen. Tasks and results lie on different partitions: either may come first,
 * twice, or late. Not thread-safe.
 */
final class RunRounds {

    static final int WORKERS = 64;

    private static final int MOST_SLOTS = 64;
    private static final int LONGEST_PROBLEM = 500;

    private static final class Slot {
        private int attempt;
        private Instant givenAt;
        private SlotResult done;
    }

    private static final class Round {
        private final String name;
        private final long step;
        private final Map<Integer, Slot> slots = new TreeMap<>();
        private Integer steps;
        private Instant announcedAt;

        Round(String name, long step, Instant announcedAt) {
            this.name = name;
            this.step = step;
            this.announcedAt = announcedAt;
        }

        Slot slot(int number) {
            return slots.computeIfAbsent(number, any -> new Slot());
        }
    }

    private Round newest;
    /** The last results of a round may be read after the first task of the next. */
    private Round before;

    private long rounds;
    private long slotsDone;
    private long stateBytes;
    private long givenAgain;
    private RunSlots.Problem lastProblem;
    /** Trainers that are started anew have new names. */
    private final Map<String, Long> doneBy = BoundedMap.leastRecentFirst(WORKERS);

    void put(SlotTask task) {
        if (!isSlot(task.getSlot()) || task.getAttempt() < 0) {
            return;
        }
        Round round = known(task.getRound());
        if (round == null && isNewer(task.getStep(), task.getAnnouncedAt())) {
            round = open(task.getRound(), task.getStep(), task.getAnnouncedAt());
        }
        if (round == null) {
            return;
        }
        round.steps = task.getSteps();
        round.announcedAt = later(round.announcedAt, task.getAnnouncedAt());
        Slot slot = round.slot(task.getSlot());
        raise(slot, task.getAttempt());
        slot.givenAt = later(slot.givenAt, task.getAnnouncedAt());
    }

    void put(SlotResult result) {
        if (!isSlot(result.getSlot()) || result.getAttempt() < 0) {
            return;
        }
        Round round = known(result.getRound());
        if (round == null && (newest == null || result.getStep() > newest.step)) {
            round = open(result.getRound(), result.getStep(), result.getComputedAt());
        }
        if (round == null) {
            return;
        }
        Slot slot = round.slot(result.getSlot());
        raise(slot, result.getAttempt());
        Optional<String> problem = problem(result);
        if (problem.isPresent()) {
            lastProblem = new RunSlots.Problem(round.step, result.getSlot(), result.getWorker(), problem.get());
        } else if (slot.done == null) {
            done(round, slot, result);
        }
    }

    private void done(Round round, Slot slot, SlotResult result) {
        if (round.steps == null) {
            round.steps = result.getSummaries().size();
        }
        // What each step did is not shown, and takes most of the room.
        slot.done = SlotResult.newBuilder(result).setSummaries(List.of()).build();
        slotsDone++;
        stateBytes += result.getState().getBytes();
        doneBy.merge(result.getWorker(), 1L, Long::sum);
    }

    private static boolean isSlot(int number) {
        return number >= 0 && number < MOST_SLOTS;
    }

    private static Optional<String> problem(SlotResult result) {
        if (result.getNonFiniteStep() != null) {
            return Optional.of("loss or gradient of step " + result.getNonFiniteStep() + " is not finite");
        }
        if (result.getProblem() != null) {
            String problem = result.getProblem();
            return Optional.of(problem.length() > LONGEST_PROBLEM ? problem.substring(0, LONGEST_PROBLEM) : problem);
        }
        return result.getState() == null ? Optional.of("left no state") : Optional.empty();
    }

    private Round known(String name) {
        if (newest != null && newest.name.equals(name)) {
            return newest;
        }
        return before != null && before.name.equals(name) ? before : null;
    }

    /** A run that is taken up again from an older checkpoint does earlier steps again: what was announced last counts too. */
    private boolean isNewer(long step, Instant announcedAt) {
        return newest == null || step > newest.step || announcedAt.isAfter(newest.announcedAt);
    }

    private Round open(String name, long step, Instant at) {
        before = newest;
        newest = new Round(name, step, at);
        rounds++;
        return newest;
    }

    /** Attempts lie on different partitions too: the second may come before the first. */
    private void raise(Slot slot, int attempt) {
        if (attempt > slot.attempt) {
            givenAgain += attempt - slot.attempt;
            slot.attempt = attempt;
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one == null || other.isAfter(one) ? other : one;
    }

    RunSlots view(int slots, Instant now) {
        return new RunSlots(
                slots,
                newest == null ? null : view(newest, slots, now),
                new RunSlots.Sums(
                        rounds,
                        slotsDone,
                        stateBytes,
                        slotsDone == 0 ? null : stateBytes / slotsDone * slots,
                        givenAgain,
                        new TreeMap<>(doneBy),
                        lastProblem));
    }

    /** All slots of a round are given at once: of one that is not known the task was not read, or not yet. */
    private static RunSlots.Round view(Round round, int slots, Instant now) {
        List<RunSlots.Slot> views = new ArrayList<>();
        for (int number = 0; number < slots; number++) {
            views.add(view(number, round.slots.getOrDefault(number, new Slot()), now));
        }
        return new RunSlots.Round(round.step, round.steps, views);
    }

    private static RunSlots.Slot view(int number, Slot slot, Instant now) {
        SlotResult done = slot.done;
        boolean waits = done == null && slot.givenAt != null;
        return new RunSlots.Slot(
                number,
                done == null ? RunSlots.State.GIVEN : RunSlots.State.DONE,
                done == null ? slot.attempt : done.getAttempt(),
                done == null ? null : done.getWorker(),
                done == null ? null : done.getComputeMillis(),
                done == null ? null : done.getState().getBytes(),
                slot.givenAt,
                waits ? Math.max(0, Duration.between(slot.givenAt, now).toMillis()) : null);
    }
}
