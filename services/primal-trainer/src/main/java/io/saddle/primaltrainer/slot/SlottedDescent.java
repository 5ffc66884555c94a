package io.saddle.primaltrainer.slot;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.Averaging;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.StepReport;
import io.saddle.model.training.TrainedSources;
import io.saddle.primaltrainer.descent.Descent;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Artifact;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.SlotConstraint;
import io.saddle.schema.SlotTask;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
        clearUp(output, store);
    }

    /** Removes the states of all slots of a run that has ended, after all that was appended before; nothing waits for it. */
    public static void clearUp(RunOutput output, ArtifactStore artifacts) throws InterruptedException {
        clearUp(output, new SlotStore(artifacts, output.records().runId()));
    }

    private static void clearUp(RunOutput output, SlotStore store) throws InterruptedException {
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
        long expected = slowest > 0 ? slowest : results.slowestMerged();
        try (RoundUnderWay under = new RoundUnderWay(round, size(), expected, output, store, results, nanos)) {
            while (!under.isDone()) {
                if (!goesOn.getAsBoolean()) {
                    return List.of();
                }
                Optional<Long> notFinite = under.look();
                if (notFinite.isPresent()) {
                    return List.of(notFinite(notFinite.get()));
                }
                if (!under.isDone()) {
                    results.awaitMore(round.name(), LOOK_AGAIN);
                }
            }
            ModelState merged = under.merged(state, averaging);
            state.close();
            state = merged;
            slowest = under.slowest();
            results.forgetBefore(state.step());
            return under.reports((nanos.getAsLong() - begun) / 1e6);
        }
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
                .setSlots(spec.training().slotCount())
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

    private static StepReport notFinite(long step) {
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
