package io.saddle.fidevaluator;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageGrid;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.sampling.Sampler;
import io.saddle.model.RunModel;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Artifact;
import io.saddle.schema.FidScore;
import io.saddle.schema.ModelSnapshot;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Draws samples from an EMA snapshot and judges them. One thread at a time. */
@ApplicationScoped
public class FidScorer {

    private static final int GRID_SCALE = 2;

    private final ArtifactStore artifacts;
    private final Judges judges;
    private final Clock clock;
    private final int workers;

    public FidScorer(
            ArtifactStore artifacts,
            Judges judges,
            Clock clock,
            @ConfigProperty(name = "saddle.evaluator.workers") int workers) {
        this.artifacts = artifacts;
        this.judges = judges;
        this.clock = clock;
        this.workers = workers;
    }

    /**
     * The score of a snapshot; the same snapshot and specification give the same samples.
     *
     * @throws IOException if the snapshot or the reference cannot be read
     */
    FidScore score(ModelSnapshot snapshot, RunSpec spec) throws IOException {
        long start = System.nanoTime();
        RunSpec.Evaluation evaluation = spec.evaluation();
        Judge judge = judges.of(evaluation);
        int count = snapshot.getLast() ? evaluation.finalImages() : evaluation.images();
        SampleJudgement found = judge(snapshot, spec, judge, count);
        return FidScore.newBuilder()
                .setRunId(snapshot.getRunId())
                .setStep(snapshot.getStep())
                .setDualStep(snapshot.getDualStep())
                .setLast(snapshot.getLast())
                .setFid(found.fid())
                .setImages(count)
                .setFeatureExtractor(judge.extractor().name())
                .setFeatureExtractorAccuracy(judge.classifier().description().heldOutAccuracy())
                .setReferenceId(judge.referenceId())
                .setReferenceImages((int) judge.reference().samples().orElse(0))
                .setClassFrequencies(found.frequencies().rows())
                .setDistanceToUniform(found.frequencies().distanceToUniform())
                .setSampler(evaluation.sampler() + ", " + evaluation.samplerSteps() + " steps")
                .setSeed(spec.seed())
                .setGrid(grid(snapshot, found.shown()))
                .setComputeMillis((System.nanoTime() - start) / 1e6)
                .setEvaluatedAt(clock.instant())
                .build();
    }

    private SampleJudgement judge(ModelSnapshot snapshot, RunSpec spec, Judge judge, int count) throws IOException {
        DiffusersPipelineFolder folder = DiffusersPipelineFolder.read(artifacts.verified(snapshot.getArtifact()));
        RunSpec.Evaluation evaluation = spec.evaluation();
        Sampler sampler = RunModel.of(spec).sampler(evaluation.sampler(), evaluation.samplerSteps());
        try (UNet2D network = UNet2D.compile(folder.network());
                NoisePredictor predictor = new NoisePredictor(network, folder.weights(), Precision.FP32)) {
            return SampleJudgement.of(
                    new ImageSampler(predictor, sampler), judge, count, evaluation.gridImages(), spec.seed(), workers);
        }
    }

    private Artifact grid(ModelSnapshot snapshot, ImageBatch images) throws IOException {
        if (images == null) {
            return null;
        }
        int columns = (int) Math.ceil(Math.sqrt(images.count()));
        return artifacts.putFile(
                snapshot.getRunId(),
                "grids/step-%010d.png".formatted(snapshot.getStep()),
                ImageGrid.png(images, columns, GRID_SCALE));
    }
}
