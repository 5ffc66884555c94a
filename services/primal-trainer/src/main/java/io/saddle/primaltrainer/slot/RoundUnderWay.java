package io.saddle.primaltrainer.slot;

import io.saddle.diffusion.training.Averaging;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.SlotMerge;
import io.saddle.diffusion.training.SlotState;
import io.saddle.diffusion.training.StepReport;
import io.saddle.kafka.Fault;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.progress.Unread;
import io.saddle.schema.AlertKind;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.Severity;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A round in its owner's hands: gives its slots, looks at what comes of them, and adds it to the merge in the order of the slots. One thread. */
final class RoundUnderWay implements AutoCloseable {

    /** Of one slot: every trainer that has a partition has had it. */
    private static final int MOST_PROBLEMS = Math.max(8, 2 * Topics.SLOT_TASKS.partitions());

    /** Before a wait for the store is raised as an alert, and between two alerts on a wait: each is a line in the log, too. */
    private static final long ALERT_EVERY = Duration.ofMinutes(1).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(RoundUnderWay.class);

    private final SlotRound round;
    private final RunOutput output;
    private final SlotStore store;
    private final SlotResults results;
    private final LongSupplier nanos;
    private final RoundProgress progress;
    private final SlotMerge merge;
    /** What each slot did whose state is merged. */
    private final List<List<GradientSummary>> merged = new ArrayList<>();
    /** Slots that are done and wait for those before them. */
    private final Map<Integer, SlotResult> ahead = new TreeMap<>();

    private boolean given;
    /** What keeps the next state from being read, and passes; null where nothing does. */
    private Exception away;

    private long awaySince;
    /** What keeps results from being read; null where nothing does. */
    private String unread;

    private long unreadSince;
    private long nextAlert;

    /**
     * @param size number of the network's weights
     * @param slowest nanoseconds that the slowest slot of the round before took; 0: not known
     */
    RoundUnderWay(
            SlotRound round,
            long size,
            long slowest,
            RunOutput output,
            SlotStore store,
            SlotResults results,
            LongSupplier nanos) {
        this.round = round;
        this.output = output;
        this.store = store;
        this.results = results;
        this.nanos = nanos;
        progress = new RoundProgress(slots(), slowest, nanos.getAsLong());
        merge = new SlotMerge(size);
        nextAlert = nanos.getAsLong();
    }

    private int slots() {
        return round.first().getSlots();
    }

    boolean isDone() {
        return merged.size() == slots();
    }

    /**
     * Looks at what has come since the last time, and gives what is to be given now.
     *
     * @return a step that was not finite, with which the round ends
     * @throws IllegalStateException if nobody can do a slot
     */
    Optional<Long> look() throws InterruptedException {
        hear();
        Set<Integer> again = new TreeSet<>();
        for (SlotResult result : results.take(round.name())) {
            if (round.isNonFinite(result) && progress.isMissing(result.getSlot())) {
                return Optional.of(result.getNonFiniteStep());
            }
            take(result, again);
        }
        merge(again);
        again.addAll(given ? progress.late(nanos.getAsLong()) : progress.missing());
        give(again);
        if (given) {
            tell();
        }
        given = true;
        return Optional.empty();
    }

    /** While they cannot be read, it is nobody else's fault that none come, and they may be there: no slot is given again for that. */
    private void hear() {
        String obstacle = results.obstacle().orElse(null);
        long now = nanos.getAsLong();
        if (obstacle != null || unread != null) {
            progress.deaf(now);
        }
        if (unread == null) {
            unreadSince = now;
        }
        unread = obstacle;
    }

    private void take(SlotResult result, Set<Integer> again) throws InterruptedException {
        int slot = result.getSlot();
        if (!progress.isMissing(slot)) {
            return;
        }
        Optional<String> problem = round.problem(result);
        if (problem.isEmpty()) {
            progress.done(slot, TimeUnit.MILLISECONDS.toNanos(result.getComputeMillis()), nanos.getAsLong());
            ahead.put(slot, result);
        } else if (given && result.getAttempt() == progress.attempt(slot)) {
            // What an earlier attempt failed at was given again already; what an earlier owner's did may be mended.
            again.add(failed(slot, problem.get()));
        }
    }

    private void merge(Set<Integer> again) throws InterruptedException {
        while (ahead.containsKey(merged.size())) {
            SlotResult next = ahead.get(merged.size());
            try (SlotState slot = store.read(next.getState())) {
                if (!slot.isFinite()) {
                    throw new IOException("the state of " + next.getWorker() + " is not finite");
                }
                merge.add(slot);
                away = null;
            } catch (IOException | IllegalArgumentException e) {
                if (Fault.of(e) == Fault.ENVIRONMENT) {
                    // A slot is done though the store is away, which is waited for.
                    waits(e);
                } else {
                    away = null;
                    ahead.remove(next.getSlot());
                    again.add(failed(next.getSlot(), e.getMessage()));
                }
                return;
            }
            ahead.remove(next.getSlot());
            merged.add(next.getSummaries());
        }
    }

    private void waits(Exception why) {
        if (away == null) {
            awaySince = nanos.getAsLong();
            LOG.warn("{}: the merge waits", round.first().getRunId(), why);
        }
        away = why;
    }

    private int failed(int slot, String problem) throws InterruptedException {
        String what = "slot " + slot + " of the steps after " + round.first().getStep() + ": " + problem;
        if (progress.failed(slot) >= MOST_PROBLEMS) {
            throw new IllegalStateException(what);
        }
        alert(what, "see what that trainer lacks; the slot is given to another one");
        return slot;
    }

    private void give(Set<Integer> slots) throws InterruptedException {
        if (!slots.isEmpty()) {
            output.give(slots.stream()
                    .map(slot -> round.task(
                            slot,
                            progress.attempt(slot),
                            output.records().clock().instant()))
                    .toList());
        }
    }

    private void tell() throws InterruptedException {
        int missing = progress.missing().size();
        if (missing == 0 && away == null) {
            return;
        }
        SlotTask first = round.first();
        String steps = "steps " + (first.getStep() + 1) + " to " + (first.getStep() + first.getSteps());
        String message = steps + ": " + (slots() - missing) + " of " + slots() + " slots are done";
        String wait = "";
        if (away != null) {
            wait = "; the merge waits for the artifact store: " + away.getMessage();
        } else if (unread != null) {
            wait = "; their trainer cannot read what comes of the others: " + unread;
        }
        output.progress(first.getStep(), first.getDualStep(), message + wait);
        long now = nanos.getAsLong();
        if (now - nextAlert < 0) {
            return;
        }
        if (away != null) {
            if (now - awaySince >= ALERT_EVERY) {
                nextAlert = now + ALERT_EVERY;
                PassingTrouble trouble = PassingTrouble.of(away);
                output.alert(
                        "the merge waits: " + trouble.what(),
                        trouble.kind(),
                        Severity.ERROR,
                        "the merge of " + steps + " waits for the artifact store: " + away.getMessage(),
                        trouble.remedy(),
                        first.getStep());
            }
        } else if (unread != null) {
            if (now - unreadSince >= ALERT_EVERY) {
                nextAlert = now + ALERT_EVERY;
                output.alert(
                        "its trainer cannot read what comes of slots",
                        AlertKind.OTHER,
                        Severity.ERROR,
                        steps + " wait: their trainer cannot read what comes of their slots: " + unread,
                        Unread.REMEDY + "; training goes on by itself",
                        first.getStep());
            }
        } else if (progress.isSilent(now)) {
            nextAlert = now + ALERT_EVERY;
            alert(
                    "nothing comes of the slots of run '" + first.getRunId() + "' that are not done",
                    "start a trainer with a free seat, or see in the alerts and logs of those that have one what keeps them");
        }
    }

    private void alert(String what, String remedy) throws InterruptedException {
        output.alert(
                AlertKind.SLOT_FAILED,
                Severity.WARNING,
                what,
                remedy,
                round.first().getStep());
    }

    /** The state after the round, which is done. */
    ModelState merged(ModelState base, Averaging averaging) {
        return merge.merged(base, round.first().getSteps(), averaging);
    }

    /**
     * What the steps of the round, which is done, did.
     *
     * @param millis wall-clock time of the round
     */
    List<StepReport> reports(double millis) {
        return SlotReports.merged(merged, millis);
    }

    /** Nanoseconds that the slowest slot took so far. */
    long slowest() {
        return progress.slowestHere();
    }

    @Override
    public void close() {
        merge.close();
    }
}
