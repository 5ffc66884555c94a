package io.saddle.primaltrainer.slot;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.Averaging;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.SlotMerge;
import io.saddle.diffusion.training.SlotState;
import io.saddle.diffusion.training.StepReport;
import io.saddle.kafka.Fault;
import io.saddle.model.training.TrainedSources;
import io.saddle.primaltrainer.descent.Descent;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.Severity;
import io.saddle.schema.SlotConstraint;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The descent of a run with slots, round by round up to the next dual point: its owner gives the slots to whichever trainers take them,
 * and merges what they did. What comes out follows from the specification and the multipliers, not from who did what, how often or
 * when.
 */
public final class SlottedDescent implements Descent {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    /** Of one slot in one round: every trainer that has a partition has had it. */
    private static final int MOST_PROBLEMS = Math.max(8, 2 * Topics.SLOT_TASKS.partitions());

    private final RunSpec spec;
    private final TrainedSources sources;
    private final Averaging averaging;
    private final Precision precision;
    private final RunOutput output;
    private final SlotStore store;
    private final SlotResults results;
    private final BooleanSupplier goesOn;
    private final LongSupplier nanos;
    private ModelState state;
    private List<ConstraintDefinition> trained = List.of();
    private long slowest;

    /**
     * @param sources left open
     * @param initial copied, and left open
     * @param artifacts where trainers leave what they did
     * @param results what comes on the topic from the initial state's checkpoint on
     * @param goesOn false if something else is wanted of the run
     * @throws IOException if the objective's data cannot be read
     */
    public SlottedDescent(
            RunSpec spec,
            TrainedSources sources,
            Averaging averaging,
            Precision precision,
            ModelState initial,
            RunOutput output,
            ArtifactStore artifacts,
            SlotResults results,
            BooleanSupplier goesOn,
            LongSupplier nanos)
            throws IOException {
        this.spec = spec;
        this.sources = sources;
        this.averaging = averaging;
        this.precision = precision;
        this.output = output;
        this.store = new SlotStore(artifacts, output.records().runId());
        this.results = results;
        this.goesOn = goesOn;
        this.nanos = nanos;
        sources.objective();
        state = copy(initial, HostVector::copy);
    }

    @Override
    public void trainOn(List<ConstraintDefinition> definitions) throws IOException {
        for (ConstraintDefinition definition : definitions) {
            if (definition.getModel() == null) {
                // Others train on it; what is wrong with it is said here.
                sources.source(definition);
            }
        }
        trained = definitions;
    }

    @Override
    public boolean needsCheckpoints() {
        return true;
    }

    @Override
    public void checkpointed() throws InterruptedException {
        long step = state.step();
        output.clearUp(() -> store.prune(step));
    }

    @Override
    public void ended() throws InterruptedException {
        output.clearUp(() -> store.prune(Long.MAX_VALUE));
    }

    @Override
    public List<StepReport> advance(MultiplierVector vector, long staleSteps) throws IOException, InterruptedException {
        long begun = nanos.getAsLong();
        results.forgetBefore(state.step());
        Artifact base = awaitBase();
        if (base == null) {
            return List.of();
        }
        SlotRound round = SlotRound.of(common(base, vector, staleSteps));
        try (SlotMerge merge = new SlotMerge(size())) {
            List<List<GradientSummary>> summaries = new ArrayList<>();
            List<StepReport> ended = gather(round, merge, summaries);
            if (summaries.size() < slots()) {
                return ended;
            }
            ModelState merged = merge.merged(state, round.first().getSteps(), averaging);
            state.close();
            state = merged;
            results.forgetBefore(state.step());
            return SlotReports.merged(summaries, (nanos.getAsLong() - begun) / 1e6);
        }
    }

    private int slots() {
        return spec.training().slotCount();
    }

    /** The checkpoint of the state, once it is durable; null if something else is wanted before. */
    private Artifact awaitBase() throws InterruptedException {
        CompletableFuture<Artifact> checkpoint = output.newestCheckpoint();
        while (goesOn.getAsBoolean()) {
            try {
                return checkpoint.get(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // It takes what it takes.
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException closed) {
                    throw closed;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        return null;
    }

    private SlotTask common(Artifact base, MultiplierVector vector, long staleSteps) {
        Multipliers lambda = vector.inOrderOf(trained);
        List<SlotConstraint> constraints = new ArrayList<>();
        for (int i = 0; i < trained.size(); i++) {
            constraints.add(new SlotConstraint(lambda.get(i), trained.get(i)));
        }
        long every = spec.dual().primalSteps();
        long end = Math.min((state.step() / every + 1) * every, spec.training().steps());
        return SlotTask.newBuilder()
                .setRunId(output.records().runId())
                .setRound("")
                .setStep(state.step())
                .setSteps(Math.toIntExact(end - state.step()))
                .setSlot(0)
                .setSlots(slots())
                .setAttempt(0)
                .setBase(base)
                .setStepsBefore(state.stepsBefore())
                .setPrecision(precision.name().toLowerCase(Locale.ROOT))
                .setDualStep(vector.dualStep())
                .setStaleSteps(staleSteps)
                .setConstraints(constraints)
                .setWorker(output.records().worker())
                .setAnnouncedAt(output.records().clock().instant())
                .build();
    }

    /**
     * Adds each slot's state in the order of the slots, as they come.
     *
     * @param summaries get what each slot added did; fewer than there are slots if the round was not done
     * @return the step that was not finite; empty if there was none
     */
    private List<StepReport> gather(SlotRound round, SlotMerge merge, List<List<GradientSummary>> summaries)
            throws InterruptedException {
        RoundProgress progress = new RoundProgress(slots(), slowest, nanos.getAsLong());
        Map<Integer, SlotResult> ahead = new TreeMap<>();
        boolean given = false;
        while (summaries.size() < slots()) {
            if (!goesOn.getAsBoolean()) {
                return List.of();
            }
            Set<Integer> again = new TreeSet<>();
            for (SlotResult result : results.take(round.name())) {
                if (round.isNonFinite(result) && progress.isMissing(result.getSlot())) {
                    return List.of(notFinite(result.getNonFiniteStep()));
                }
                take(round, result, progress, ahead, again);
            }
            merge(merge, progress, ahead, summaries, again);
            again.addAll(given ? progress.late(nanos.getAsLong()) : progress.missing());
            give(round, again, progress);
            if (given) {
                tell(round, progress);
            }
            given = true;
            if (summaries.size() < slots()) {
                results.awaitMore(round.name(), LOOK_AGAIN);
            }
        }
        slowest = progress.slowestHere();
        return List.of();
    }

    private void take(
            SlotRound round,
            SlotResult result,
            RoundProgress progress,
            Map<Integer, SlotResult> ahead,
            Set<Integer> again)
            throws InterruptedException {
        int slot = result.getSlot();
        if (!progress.isMissing(slot)) {
            return;
        }
        String problem = round.problem(result).orElse(null);
        if (problem == null) {
            progress.done(slot, TimeUnit.MILLISECONDS.toNanos(result.getComputeMillis()), nanos.getAsLong());
            ahead.put(slot, result);
        } else if (result.getAttempt() == progress.attempt(slot)) {
            // What an earlier attempt failed at was given again already.
            retry(slot, problem, progress);
            again.add(slot);
        }
    }

    private void merge(
            SlotMerge merge,
            RoundProgress progress,
            Map<Integer, SlotResult> ahead,
            List<List<GradientSummary>> summaries,
            Set<Integer> again)
            throws InterruptedException {
        SlotResult next = ahead.remove(summaries.size());
        while (next != null) {
            try (SlotState slot = store.read(next.getState())) {
                if (!slot.isFinite()) {
                    throw new IOException("the state of " + next.getWorker() + " is not finite");
                }
                merge.add(slot);
                summaries.add(next.getSummaries());
            } catch (IOException | IllegalArgumentException e) {
                if (Fault.of(e) == Fault.ENVIRONMENT) {
                    // The slot is done; the store is away, which is waited for.
                    ahead.put(next.getSlot(), next);
                    return;
                }
                retry(next.getSlot(), e.getMessage(), progress);
                again.add(next.getSlot());
                return;
            }
            next = ahead.remove(summaries.size());
        }
    }

    /** @throws IllegalStateException if nobody can do the slot */
    private void retry(int slot, String problem, RoundProgress progress) throws InterruptedException {
        String what = "slot " + slot + " of the steps after " + state.step() + ": " + problem;
        if (progress.failed(slot) >= MOST_PROBLEMS) {
            throw new IllegalStateException(what);
        }
        output.alert(
                AlertKind.SLOT_FAILED,
                Severity.WARNING,
                what,
                "see what that trainer lacks; the slot is given to another one",
                state.step());
    }

    private void give(SlotRound round, Set<Integer> slots, RoundProgress progress) throws InterruptedException {
        if (!slots.isEmpty()) {
            output.give(slots.stream()
                    .map(slot -> round.task(
                            slot,
                            progress.attempt(slot),
                            output.records().clock().instant()))
                    .toList());
        }
    }

    private void tell(SlotRound round, RoundProgress progress) throws InterruptedException {
        List<Integer> missing = progress.missing();
        if (missing.isEmpty()) {
            return;
        }
        SlotTask first = round.first();
        String message = "steps " + (first.getStep() + 1) + " to " + (first.getStep() + first.getSteps()) + ": "
                + (slots() - missing.size()) + " of " + slots() + " slots are done";
        output.progress(state.step(), first.getDualStep(), message);
        if (progress.isSilent(nanos.getAsLong())) {
            output.alert(
                    AlertKind.SLOT_FAILED,
                    Severity.WARNING,
                    "no trainer does the slots of run '" + first.getRunId() + "'",
                    "start a trainer with a free seat, or see in its log what keeps it",
                    state.step());
        }
    }

    private StepReport notFinite(long step) {
        return new StepReport(step, Double.NaN, List.of(), Double.NaN, Map.of(), false, Double.NaN, 0, 0, 0, false);
    }

    @Override
    public long step() {
        return state.step();
    }

    @Override
    public long size() {
        return state.weights().size();
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public HostVector weights() {
        return state.weights().copy();
    }

    @Override
    public HostVector viewOfWeights() {
        return view(state.weights());
    }

    @Override
    public HostVector ema() {
        return state.ema().copy();
    }

    @Override
    public HostVector viewOfEma() {
        return view(state.ema());
    }

    @Override
    public ModelState capture() {
        return copy(state, HostVector::copy);
    }

    @Override
    public ModelState view() {
        return copy(state, SlottedDescent::view);
    }

    private static HostVector view(HostVector vector) {
        return HostVector.viewOf(vector.array());
    }

    private static ModelState copy(ModelState from, Function<HostVector, HostVector> vector) {
        return new ModelState(
                vector.apply(from.weights()),
                vector.apply(from.adamMean()),
                vector.apply(from.adamVariance()),
                vector.apply(from.ema()),
                from.step(),
                from.stepsBefore());
    }

    @Override
    public boolean isFinite() {
        return state.isFinite();
    }

    @Override
    public void close() {
        state.close();
    }
}
