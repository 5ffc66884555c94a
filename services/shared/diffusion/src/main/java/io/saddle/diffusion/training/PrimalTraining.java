package io.saddle.diffusion.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.network.GradientSum;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.random.RandomStreams;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.schedule.LossWeighting;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.Openings;
import io.saddle.diffusion.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The primal descent of one run: AdamW steps on the Lagrangian l_0(theta) + sum_i lambda_i l_i(theta) with the multipliers
 * that the caller hands in. Every random number comes from (seed, purpose, step, row): a step that is done again from the same
 * state, with the same multipliers and sources, is the same step to the last bit on the same machine, also in another process.
 *
 * <p>Not thread-safe: call from one thread at a time.
 */
public final class PrimalTraining implements AutoCloseable {
    private final TrainingSettings run;
    private final List<Device> devices;
    private final GradientClipping clipping;
    private final Averaging averaging;
    private final LossWeighting objectiveWeighting;
    private final UNet2D network;
    private final Shards shards;
    private final ReadAhead readAhead = new ReadAhead();
    private final FlatOps ops;
    private final NDManager manager;
    private final AdamW optimizer;
    private final NDArray ema;
    /** Those of the slot. */
    private TrainingSettings settings;

    private RandomStreams streams;
    private List<Source> sources;
    private int[] imageCounts;
    private long step;
    private long stepsBefore;

    /**
     * @param sources the objective first, then the constraints in the order of the multipliers
     * @param initial where to start: {@link ModelState#initial} or a captured state; copied, and left open
     * @throws IllegalArgumentException if images or state do not fit the network, or the machine lacks the device
     */
    public PrimalTraining(TrainingSettings settings, List<Source> sources, ModelState initial) {
        run = settings;
        devices = TorchRuntime.get().devices(settings.devices());
        drawAs(0);
        replaceSources(sources);
        clipping = new GradientClipping(settings.clipNorm());
        averaging = settings.averaging();
        objectiveWeighting = settings.objectiveWeighting();
        try (Openings openings = new Openings()) {
            network = openings.add(UNet2D.compile(settings.network()));
            ops = openings.add(new FlatOps());
            ForwardProcess process = new ForwardProcess(settings.schedule(), settings.prediction());
            shards = openings.add(new Shards(settings, devices, network, ops, process));
            manager = openings.add(TorchRuntime.get().newManager(devices.get(0)));
            int size = network.layout().size();
            optimizer = new AdamW(settings.optimizer(), ops, manager, size);
            ema = manager.zeros(new Shape(size));
            restore(initial);
            openings.keep(this);
        }
    }

    /**
     * Sees that sources fit the network, before anything is asked of the machine.
     *
     * @param sources the objective first
     * @throws IllegalArgumentException naming the one that does not
     */
    public static void requireFit(TrainingSettings settings, List<Source> sources) {
        new SourceCheck(settings).require(sources);
    }

    /**
     * Does exactly one primal step and returns when it is done.
     *
     * @param lambda one multiplier for each constraint
     * @return what was done; if it is not {@link StepReport#finite()} the state has not changed, and the same call would
     *     fail in the same way: the caller stops, or goes on from another state or other multipliers
     * @throws IllegalArgumentException if the number of multipliers is not the number of constraints
     */
    public StepReport step(Multipliers lambda) {
        if (lambda.count() != sources.size() - 1) {
            throw new IllegalArgumentException(
                    "there are " + (sources.size() - 1) + " constraints, but " + lambda.count() + " multipliers");
        }
        long begun = System.nanoTime();
        long libtorchBefore = shards.libtorchNanos();
        long number = step + 1;
        boolean diagnostics = settings.diagnosticsEvery() > 0 && number % settings.diagnosticsEvery() == 0;
        StepPlan plan = StepPlan.of(settings, imageCounts, lambda, number);
        readAhead.begin(settings, sources, imageCounts, lambda, number + 1);
        float[] rowLosses = new float[plan.images().length];
        try (NDManager scope = manager.newSubManager()) {
            GradientShard.Step work = new GradientShard.Step(
                    new RowInputs.Step(number, plan, plan.sourceOfRow(), sources, streams),
                    plan.rowWeights(diagnostics, objectiveWeighting),
                    optimizer.weights(),
                    scope,
                    rowLosses);
            StepDiagnostics split = diagnostics ? diagnostics(work, plan) : null;
            List<NDArray> gradient = diagnostics
                    ? List.of(split.gradient())
                    : shards.run(work, plan.rangesTogether()).parts();
            long gathered = System.nanoTime();
            double norm = ops.norm(gradient);
            double factor = clipping.factor(norm);
            double learningRate = settings.learningRate().at(number);
            boolean finite = Double.isFinite(norm) && allFinite(rowLosses);
            if (finite) {
                descend(gradient, factor, learningRate);
            }
            long ended = System.nanoTime();
            List<SourceReport> reports = reports(plan, lambda, rowLosses, split);
            double seconds = (System.nanoTime() - begun) / 1e9;
            return new StepReport(
                    number,
                    lagrangian(plan, reports, rowLosses),
                    reports,
                    norm,
                    diagnostics ? split.blockNorms() : Map.of(),
                    factor < 1,
                    learningRate,
                    seconds * 1e3,
                    (shards.libtorchNanos() - libtorchBefore + ended - gathered) / 1e6,
                    rowLosses.length / seconds,
                    finite);
        }
    }

    /** A copy of the current weights on the host, for a snapshot that the dual side judges. The caller closes it. */
    public HostVector weights() {
        return HostVector.copyOf(optimizer.weights());
    }

    /** The current weights themselves where they lie on the host, else a copy: valid until the next step. The caller closes it. */
    public HostVector viewOfWeights() {
        return HostVector.viewOf(optimizer.weights());
    }

    /** As {@link #viewOfWeights}, the average. */
    public HostVector viewOfEma() {
        return HostVector.viewOf(ema);
    }

    /** A copy of the average of the weights on the host, for a snapshot that samples are drawn from. The caller closes it. */
    public HostVector ema() {
        return HostVector.copyOf(ema);
    }

    /** A copy of the whole state on the host, for checkpoints. The caller closes it. */
    public ModelState capture() {
        return state(HostVector::copyOf);
    }

    /**
     * The state itself where it lies on the host, else a copy: valid until the next step. Closing it leaves the state as it is.
     */
    public ModelState view() {
        return state(HostVector::viewOf);
    }

    private ModelState state(Function<NDArray, HostVector> toHost) {
        try (Openings openings = new Openings()) {
            return openings.keep(new ModelState(
                    openings.add(toHost.apply(optimizer.weights())),
                    openings.add(toHost.apply(optimizer.mean())),
                    openings.add(toHost.apply(optimizer.variance())),
                    openings.add(toHost.apply(ema)),
                    step,
                    stepsBefore));
        }
    }

    /** True if training can go on from the state: one infinite weight makes every later loss NaN. */
    public boolean isFinite() {
        try (ModelState state = view()) {
            return state.isFinite();
        }
    }

    /** Goes on from this state, which is left as it is. */
    public void restore(ModelState state) {
        int size = network.layout().size();
        if (state.weights().size() != size) {
            throw new IllegalArgumentException("the network has " + size + " weights, the state has "
                    + state.weights().size() + "; it belongs to another configuration");
        }
        optimizer.set(state.weights(), state.adamMean(), state.adamVariance(), state.step() + state.stepsBefore());
        shards.refresh(optimizer.weights());
        ops.assign(ema, state.ema());
        step = state.step();
        stepsBefore = state.stepsBefore();
    }

    /**
     * Has the steps from here on draw what a slot of the run draws.
     *
     * @param slot 0 draws as a run without slots does, and so does who never calls this
     */
    public void drawAs(int slot) {
        settings = run.ofSlot(slot);
        streams = new RandomStreams(settings.seed());
    }

    /** The number format inside the network. */
    public Precision precision() {
        return settings.precision();
    }

    /** Number of the network's weights. */
    public int size() {
        return network.layout().size();
    }

    /** Number of finished steps. */
    public long step() {
        return step;
    }

    /** Replaces the sources from the next step on; weights and optimizer go on as they are. */
    public void replaceSources(List<Source> replacement) {
        new SourceCheck(settings).require(replacement);
        sources = replacement.stream().map(source -> source.on(devices.get(0))).toList();
        imageCounts = sources.stream().mapToInt(Source::count).toArray();
    }

    @Override
    public void close() {
        readAhead.close();
        shards.close();
        manager.close();
        ops.close();
        network.close();
    }

    private StepDiagnostics diagnostics(GradientShard.Step work, StepPlan plan) {
        return StepDiagnostics.of(source -> gradient(work, plan.rangesOf(source)), plan.totals(), network.layout());
    }

    /** Of these rows, as one vector; null if there are none. */
    private NDArray gradient(GradientShard.Step work, List<StepPlan.Range> ranges) {
        if (ranges.isEmpty()) {
            return null;
        }
        try (GradientSum sum = shards.run(work, ranges)) {
            NDArray gradient = sum.joined();
            gradient.attach(work.scope());
            return gradient;
        }
    }

    /** Clipping, AdamW on the primary device, then the average: ema += (1 - decay) (theta - ema). */
    private void descend(List<NDArray> gradient, double factor, double learningRate) {
        if (factor < 1) {
            ops.scale(gradient, factor);
        }
        optimizer.step(gradient, learningRate);
        shards.refresh(optimizer.weights());
        step++;
        ops.moveTowards(ema, optimizer.weights(), 1 - averaging.decayAt(step + stepsBefore));
    }

    private List<SourceReport> reports(StepPlan plan, Multipliers lambda, float[] rowLosses, StepDiagnostics split) {
        double[] sourceWeights = lambda.sourceWeights();
        List<SourceReport> reports = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            double sum = 0;
            for (int row = plan.start(i), end = row + plan.rows()[i]; row < end; row++) {
                sum += rowLosses[row];
            }
            reports.add(new SourceReport(
                    sources.get(i).id(),
                    plan.rows()[i],
                    sum / plan.rows()[i],
                    sourceWeights[i],
                    split == null ? Double.NaN : split.norms()[i],
                    split == null ? Double.NaN : split.cosines()[i]));
        }
        return reports;
    }

    private double lagrangian(StepPlan plan, List<SourceReport> reports, float[] rowLosses) {
        double loss = 0;
        for (int i = 0; i < reports.size(); i++) {
            if (reports.get(i).rows() > 0 && plan.totals()[i] > 0) {
                double mean =
                        i == 0 ? objective(plan, rowLosses) : reports.get(i).loss();
                loss += plan.totals()[i] * mean;
            }
        }
        return loss;
    }

    /** The mean of the first source's losses as they are weighted. */
    private double objective(StepPlan plan, float[] rowLosses) {
        double sum = 0;
        for (int row = 0; row < plan.rows()[0]; row++) {
            sum += objectiveWeighting.at(plan.timesteps()[row]) * (double) rowLosses[row];
        }
        return sum / plan.rows()[0];
    }

    private static boolean allFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
