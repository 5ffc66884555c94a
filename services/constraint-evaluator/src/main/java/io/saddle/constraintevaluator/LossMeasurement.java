package io.saddle.constraintevaluator;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.kafka.Fault;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RefusedException;
import io.saddle.model.BoundedCache;
import io.saddle.model.MemoryEstimate;
import io.saddle.model.RunModel;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.Build;
import io.saddle.service.EvaluatorDeployment;
import io.saddle.service.MemoryLimit;
import io.saddle.service.SnapshotEvaluation;
import io.saddle.topic.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * RAW snapshots in, loss estimates out, of the constraints that this deployment has an evaluator for. Every snapshot of a LOCKSTEP
 * or PIPELINED run is measured whose dual step waits for it; of an ASYNC run that has got ahead, and by a shadow that has fallen behind, only
 * the newest. One thread at a time.
 */
@ApplicationScoped
public class LossMeasurement implements SnapshotEvaluation {
    private static final int KEPT_NETWORKS = 4;

    private record Sent(ConstraintDefinition definition, Future<?> acknowledgement) {}

    private final RunTables tables;
    private final Publisher publisher;
    private final ArtifactStore artifacts;
    private final Instance<ConstraintLoss> losses;
    private final EvaluatorDeployment deployment;
    private final DualSteps dualSteps;
    private final Clock clock;
    private final MemoryLimit memory;
    private final int workers;
    private final String build;
    private final SnapshotInHand inHand = new SnapshotInHand();
    private final BoundedCache<UNet2DConfig, UNet2D> networks = new BoundedCache<>(KEPT_NETWORKS, UNet2D::close);

    public LossMeasurement(
            RunTables tables,
            Publisher publisher,
            ArtifactStore artifacts,
            @Any Instance<ConstraintLoss> losses,
            EvaluatorDeployment deployment,
            DualSteps dualSteps,
            Clock clock,
            MemoryLimit memory,
            @ConfigProperty(name = "saddle.evaluator.workers") int workers,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.tables = tables;
        this.publisher = publisher;
        this.artifacts = artifacts;
        this.losses = losses;
        this.deployment = deployment;
        this.dualSteps = dualSteps;
        this.clock = clock;
        this.memory = memory;
        this.workers = workers;
        this.build = Build.of(version);
    }

    @Override
    public SnapshotWeights weights() {
        return SnapshotWeights.RAW;
    }

    @Override
    public boolean mayBeSkipped(ModelSnapshot snapshot, RunSpec spec) {
        return mayBeSkipped(spec.dual().mode(), measuredHere(snapshot));
    }

    /** Nobody waits for a shadow: the snapshots that it has missed may be gone before it comes to them. */
    static boolean mayBeSkipped(RunSpec.Mode mode, List<ConstraintDefinition> measuredHere) {
        return mode == RunSpec.Mode.ASYNC
                || measuredHere.stream().allMatch(definition -> definition.getState() == ConstraintState.SHADOW);
    }

    @Override
    public boolean isSettled(Received<ModelSnapshot> snapshot, RunSpec spec) throws InterruptedException {
        List<ConstraintDefinition> left = inHand.left(snapshot, measuredHere(snapshot.value()));
        return !left.isEmpty() && dualSteps.areTakenFor(snapshot, spec.dual(), left);
    }

    /** Shadows last: a dual step may wait for the others. */
    private List<ConstraintDefinition> measuredHere(ModelSnapshot snapshot) {
        return tables.constraints(snapshot.getRunId()).stream()
                .filter(definition -> definition.getState() != ConstraintState.RETIRED
                        && definition.getState() != ConstraintState.UNKNOWN
                        && loss(definition).isPresent())
                .sorted(Comparator.comparing(definition -> definition.getState() == ConstraintState.SHADOW))
                .toList();
    }

    /**
     * Each estimate is sent at once, for an ASYNC run's multipliers need not wait for each other; a constraint that cannot be
     * measured does not keep the others from it, and has none of them measured again when it is tried again.
     */
    @Override
    public void evaluate(Received<ModelSnapshot> received, RunSpec spec)
            throws IOException, ExecutionException, InterruptedException {
        ModelSnapshot snapshot = received.value();
        List<ConstraintDefinition> definitions = inHand.left(received, measuredHere(snapshot));
        if (definitions.isEmpty()) {
            return;
        }
        RefusedException.throwIf(MemoryEstimate.tooLarge(
                MemoryEstimate.evaluation(RunModel.of(spec).network(), workers), memory.bytes()));
        Instant takenUp = clock.instant();
        List<Sent> sent = new ArrayList<>();
        List<IOException> failures = new ArrayList<>();
        try (DiffusersPipelineFolder folder = DiffusersPipelineFolder.read(artifacts.verified(snapshot.getArtifact()));
                NoisePredictor predictor = new NoisePredictor(compiled(folder), folder.weights(), Precision.FP32)) {
            ConstraintLoss.Snapshot loaded = new ConstraintLoss.Snapshot(predictor, RunModel.of(spec), spec);
            for (ConstraintDefinition definition : definitions) {
                Optional<LossEstimate> estimate = attempt(
                        definition.getConstraintId(), () -> estimate(snapshot, loaded, definition, takenUp), failures);
                if (estimate.isPresent()) {
                    sent.add(new Sent(
                            definition, publisher.send(Topics.LOSS_ESTIMATES, snapshot.getRunId(), estimate.get())));
                }
            }
        }
        for (Sent one : sent) {
            one.acknowledgement().get();
            inHand.published(one.definition());
        }
        if (!failures.isEmpty()) {
            throw asOne(failures);
        }
    }

    /** A measurement of one constraint. */
    @FunctionalInterface
    interface Attempt {
        LossEstimate get() throws IOException;
    }

    /**
     * An estimate; empty where there is none, and then one more failure. Whatever a network that somebody brought throws is of the
     * constraint that names it, and an error of the machine, such as a mapped page that cannot be read, keeps none of the others from theirs.
     */
    static Optional<LossEstimate> attempt(String constraintId, Attempt measurement, List<IOException> failures)
            throws IOException {
        try {
            return Optional.of(measurement.get());
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError | InternalError e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            failures.add(new IOException("constraint '" + constraintId + "': " + e.getMessage(), e));
            return Optional.empty();
        }
    }

    /**
     * A store that is away is the cause, or an error of this machine or its disk, for it is nothing of this snapshot; what one constraint
     * names and nobody can read is.
     */
    static IOException asOne(List<IOException> failures) {
        IOException all = new IOException(
                failures.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")),
                failures.stream()
                        .filter(failure ->
                                ArtifactException.unavailable(failure).isPresent() || isOfTheMachine(failure))
                        .findFirst()
                        .orElse(null));
        failures.stream().filter(failure -> failure != all.getCause()).forEach(all::addSuppressed);
        return all;
    }

    private static boolean isOfTheMachine(Throwable failure) {
        return Fault.isOfABrokenDisk(failure)
                || Stream.iterate(failure, at -> at != null, Throwable::getCause)
                        .anyMatch(at -> at instanceof Error && Fault.of(at) == Fault.ENVIRONMENT);
    }

    @Override
    public String remedy() {
        return "check the artifact store, the constraint's data and who judges it; a LOCKSTEP or PIPELINED run waits, and its trainer announces"
                + " the snapshot again after a minute, two, four, ...";
    }

    private LossEstimate estimate(
            ModelSnapshot snapshot, ConstraintLoss.Snapshot loaded, ConstraintDefinition definition, Instant takenUp)
            throws IOException {
        long start = System.nanoTime();
        ConstraintLoss.Measurement measured = measured(loaded, definition);
        LossEstimateResult result = measured.result();
        return LossEstimate.newBuilder()
                .setRunId(snapshot.getRunId())
                .setConstraintId(definition.getConstraintId())
                .setConstraintVersion(definition.getVersion())
                .setStep(snapshot.getStep())
                .setDualStep(snapshot.getDualStep())
                .setLoss(result.loss())
                .setStandardError(result.standardError())
                .setThresholdReference(
                        measured.reference().isPresent() ? measured.reference().getAsDouble() : null)
                .setSamples(result.samples())
                .setEvaluator(definition.getEvaluator())
                .setEvaluatorBuild(build)
                .setShadow(definition.getState() == ConstraintState.SHADOW)
                .setComputeMillis((System.nanoTime() - start) / 1e6)
                .setComputedAt(clock.instant())
                .setTakenUpAt(takenUp)
                .setPrecision(measured.precision().precision().name().toLowerCase(Locale.ROOT))
                .setPrecisionError(
                        measured.precision().error().isPresent()
                                ? measured.precision().error().getAsDouble()
                                : null)
                .build();
    }

    /**
     * What the constraint's evaluator makes of a snapshot. Where the definition has no kind, it is the evaluator's.
     *
     * @throws IllegalArgumentException if the evaluator does not offer the kind: its loss would be in another unit than the threshold
     */
    ConstraintLoss.Measurement measured(ConstraintLoss.Snapshot loaded, ConstraintDefinition definition)
            throws IOException {
        ConstraintLoss loss = loss(definition).orElseThrow();
        List<String> offered =
                Offers.kinds(deployment.plain(definition.getEvaluator()).orElseThrow(), loss);
        if (definition.getKind() != null && !offered.contains(definition.getKind())) {
            throw new IllegalArgumentException("the evaluator '" + definition.getEvaluator() + "' measures "
                    + String.join(", ", offered) + ", not the kind " + definition.getKind());
        }
        return loss.measure(loaded, definition);
    }

    /** Empty if another deployment measures it. */
    private Optional<ConstraintLoss> loss(ConstraintDefinition definition) {
        return deployment
                .plain(definition.getEvaluator())
                .map(name -> losses.select(Identifier.Literal.of(name)))
                .filter(Instance::isResolvable)
                .map(Instance::get);
    }

    /** The network of the folder; runs of a few shapes take turns without compiling theirs at each snapshot. */
    private UNet2D compiled(DiffusersPipelineFolder folder) throws IOException {
        return networks.get(folder.network(), UNet2D::compile);
    }
}
