package io.saddle.constraintevaluator;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.service.EvaluatorDeployment;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Loads a snapshot and measures the constraints that this deployment has an evaluator for. One thread at a time. */
@ApplicationScoped
public class ConstraintLosses {

    private final ArtifactStore artifacts;
    private final Instance<ConstraintLoss> losses;
    private final EvaluatorDeployment deployment;
    private final Clock clock;
    private final String build;
    private UNet2D network;

    public ConstraintLosses(
            ArtifactStore artifacts,
            @Any Instance<ConstraintLoss> losses,
            EvaluatorDeployment deployment,
            Clock clock,
            @ConfigProperty(name = "quarkus.application.version") String build) {
        this.artifacts = artifacts;
        this.losses = losses;
        this.deployment = deployment;
        this.clock = clock;
        this.build = build;
    }

    /** True if this deployment can measure the constraint now. */
    public boolean offers(ConstraintDefinition definition) {
        return definition.getState() != ConstraintState.RETIRED
                && definition.getState() != ConstraintState.UNKNOWN
                && loss(definition).isPresent();
    }

    /**
     * Measures each definition and hands on its estimate at once, for an ASYNC run's multipliers need not wait for each other;
     * one that cannot be measured does not keep the others from it.
     *
     * @return why those could not be measured that are missing, one line each
     * @throws IOException if the snapshot cannot be read
     */
    public List<String> evaluate(
            ModelSnapshot snapshot, RunSpec spec, List<ConstraintDefinition> definitions, Consumer<LossEstimate> then)
            throws IOException {
        Instant takenUp = clock.instant();
        DiffusersPipelineFolder folder = DiffusersPipelineFolder.read(artifacts.verified(snapshot.getArtifact()));
        RunModel model = RunModel.of(spec);
        List<String> failures = new ArrayList<>();
        try (NoisePredictor predictor = new NoisePredictor(compiled(folder), folder.weights(), Precision.FP32)) {
            for (ConstraintDefinition definition : definitions) {
                try {
                    then.accept(estimate(
                            snapshot, new ConstraintLoss.Snapshot(predictor, model, spec), definition, takenUp));
                } catch (IOException | IllegalArgumentException e) {
                    failures.add("constraint '" + definition.getConstraintId() + "': " + e.getMessage());
                }
            }
        }
        return failures;
    }

    private LossEstimate estimate(
            ModelSnapshot snapshot, ConstraintLoss.Snapshot loaded, ConstraintDefinition definition, Instant takenUp)
            throws IOException {
        long start = System.nanoTime();
        ConstraintLoss.Measurement measured = loss(definition).orElseThrow().measure(loaded, definition);
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
                .build();
    }

    /** Empty if another deployment measures it. */
    private Optional<ConstraintLoss> loss(ConstraintDefinition definition) {
        return deployment
                .plain(definition.getEvaluator())
                .map(name -> losses.select(Identifier.Literal.of(name)))
                .filter(Instance::isResolvable)
                .map(Instance::get);
    }

    /** The network of the folder, compiled once for all snapshots of one shape. */
    private UNet2D compiled(DiffusersPipelineFolder folder) {
        if (network == null || !network.config().equals(folder.network())) {
            if (network != null) {
                network.close();
            }
            network = UNet2D.compile(folder.network());
        }
        return network;
    }
}
