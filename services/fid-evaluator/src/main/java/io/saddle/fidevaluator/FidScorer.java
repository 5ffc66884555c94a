package io.saddle.fidevaluator;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageGrid;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.kafka.RefusedException;
import io.saddle.model.BoundedCache;
import io.saddle.model.MemoryEstimate;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.StoredGrids;
import io.saddle.model.data.ImageSets;
import io.saddle.model.latents.LatentSpaces;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.Artifact;
import io.saddle.schema.FidScore;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.MemoryLimit;
import io.saddle.service.SnapshotEvaluation;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * EMA snapshots in, FID scores out: draws samples from a snapshot and judges them. A run's last snapshot is always scored. One
 * thread at a time.
 */
@ApplicationScoped
public class FidScorer implements SnapshotEvaluation {

    private static final Logger LOG = LoggerFactory.getLogger(FidScorer.class);

    private final ArtifactStore artifacts;
    private final Judges judges;
    private final SelectedData labels;
    private final LatentSpaces latentSpaces;
    private final SamplePrecisions precisions;
    private final ScoredModels scored;
    private final Publisher publisher;
    private final Clock clock;
    private final MemoryLimit memory;
    private final int workers;
    private final UntoldScore untold = new UntoldScore();

    public FidScorer(
            ArtifactStore artifacts,
            Judges judges,
            ImageSets sets,
            LatentSpaces latentSpaces,
            SamplePrecisions precisions,
            ScoredModels scored,
            Publisher publisher,
            Clock clock,
            MemoryLimit memory,
            @ConfigProperty(name = "saddle.evaluator.workers") int workers) {
        this.artifacts = artifacts;
        this.judges = judges;
        labels = SelectedData.withoutPixels(sets);
        this.latentSpaces = latentSpaces;
        this.precisions = precisions;
        this.scored = scored;
        this.publisher = publisher;
        this.clock = clock;
        this.memory = memory;
        this.workers = workers;
    }

    @Override
    public SnapshotWeights weights() {
        return SnapshotWeights.EMA;
    }

    @Override
    public boolean mayBeSkipped(ModelSnapshot snapshot, RunSpec spec) {
        return !snapshot.getLast();
    }

    @Override
    public boolean isSettled(Received<ModelSnapshot> snapshot, RunSpec spec) throws InterruptedException {
        return scored.has(snapshot);
    }

    @Override
    public void evaluate(Received<ModelSnapshot> received, RunSpec spec)
            throws IOException, ExecutionException, InterruptedException {
        ModelSnapshot snapshot = received.value();
        RefusedException.throwIf(MemoryEstimate.tooLarge(
                MemoryEstimate.evaluation(RunModel.of(spec).network(), workers), memory.bytes()));
        UntoldScore.Judged judged = untold.of(snapshot, spec, () -> {
            try (BoundedCache.Hold judging = judges.hold()) {
                return score(snapshot, spec);
            }
        });
        FidScore score = FidScore.newBuilder(judged.score())
                .setGrid(grid(snapshot, judged.shown()))
                .build();
        publisher
                .send(Topics.FID_SCORES, score.getRunId(), score, scored.mark(snapshot))
                .get();
        untold.told();
        LOG.info(
                "{} step {}: {} {} over {} images",
                score.getRunId(),
                score.getStep(),
                score.getMeasures().get(0).getMetric(),
                score.getFid(),
                score.getImages());
    }

    @Override
    public String remedy() {
        return "check the artifact store, the reference data and the networks that judge; training is not affected. Then have it scored with"
                + " './saddle dlq replay saddle.snapshots --all', of one that is set aside after that time";
    }

    /** The same snapshot and specification give the same samples. */
    private UntoldScore.Judged score(ModelSnapshot snapshot, RunSpec spec) throws IOException {
        long start = System.nanoTime();
        RunSpec.Evaluation evaluation = spec.evaluation();
        Judge judge = judges.of(evaluation);
        int count = snapshot.getLast() ? evaluation.finalImages() : evaluation.images();
        Precision precision = precisions.of(snapshot.getRunId(), evaluation);
        SampleJudgement found = judge(snapshot, spec, judge, count, precision);
        Judge.Network first = judge.networks().get(0);
        FidScore score = FidScore.newBuilder()
                .setRunId(snapshot.getRunId())
                .setStep(snapshot.getStep())
                .setDualStep(snapshot.getDualStep())
                .setLast(snapshot.getLast())
                .setFid(found.distances().get(0).frechet())
                .setImages(count)
                .setFeatureExtractor(first.extractor().name())
                .setFeatureExtractorAccuracy(judge.accuracy())
                .setClassifier(
                        judge.classifier() == null ? null : judge.classifier().name())
                .setMeasures(Measures.of(judge, found.distances()))
                .setReferenceId(judge.referenceId())
                .setReferenceImages((int) first.reference().gaussian().samples().orElse(0))
                .setClassFrequencies(found.frequencies().rows())
                .setDistanceToUniform(found.frequencies().distanceToUniform())
                .setSampler(sampler(evaluation, precision))
                .setSeed(spec.seed())
                .setGrid(null)
                .setComputeMillis((System.nanoTime() - start) / 1e6)
                .setEvaluatedAt(clock.instant())
                .build();
        sayIfFewer(snapshot, Math.min(count, evaluation.gridImages()), found.shown());
        return new UntoldScore.Judged(score, found.shown());
    }

    private static void sayIfFewer(ModelSnapshot snapshot, int wanted, ImageBatch shown) {
        int there = shown == null ? 0 : shown.count();
        if (there < wanted) {
            LOG.warn(
                    "{} step {}: the grid shows {} of {} images (evaluation.gridImages): only images of 1 or 3 channels are drawn, and {} pixels",
                    snapshot.getRunId(),
                    snapshot.getStep(),
                    there,
                    wanted,
                    SampleGrid.PIXELS);
        }
    }

    private static String sampler(RunSpec.Evaluation evaluation, Precision precision) {
        return evaluation.sampler() + ", " + evaluation.samplerSteps() + " steps"
                + (evaluation.samplerSpacing() == null ? "" : ", " + evaluation.samplerSpacing())
                + (evaluation.guidance() == 1 ? "" : ", guidance " + evaluation.guidance())
                + (precision == Precision.FP32 ? "" : ", " + precision.name().toLowerCase(Locale.ROOT));
    }

    private SampleJudgement judge(ModelSnapshot snapshot, RunSpec spec, Judge judge, int count, Precision precision)
            throws IOException {
        RunSpec.Evaluation evaluation = spec.evaluation();
        try (DiffusersPipelineFolder folder = DiffusersPipelineFolder.read(artifacts.verified(snapshot.getArtifact()));
                UNet2D network = UNet2D.compile(folder.network());
                NoisePredictor predictor = new NoisePredictor(network, folder.weights(), precision)) {
            ImageSampler sampler = RunModel.of(spec)
                    .images(predictor, evaluation, RunModel.Classes.of(spec, labels), latentSpaces.of(spec));
            return SampleJudgement.of(
                    sampler,
                    judge,
                    new SampleJudgement.Wanted(count, evaluation.gridImages(), evaluation.infinity(), spec.seed()),
                    workers);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Artifact grid(ModelSnapshot snapshot, ImageBatch images) throws IOException {
        byte[] png = images == null ? null : drawn(snapshot, images);
        return png == null ? null : artifacts.putFile(snapshot.getRunId(), StoredGrids.name(snapshot.getStep()), png);
    }

    /** Null if it cannot be drawn: the score, which took long, is told without. */
    private static byte[] drawn(ModelSnapshot snapshot, ImageBatch images) {
        SampleGrid grid = SampleGrid.of(images.count(), images);
        try {
            return ImageGrid.png(images, grid.columns(), grid.scale());
        } catch (RuntimeException e) {
            LOG.warn("{} step {}: scored without a grid of samples", snapshot.getRunId(), snapshot.getStep(), e);
            return null;
        }
    }
}
