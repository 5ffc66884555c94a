package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageGrid;
import io.saddle.kafka.Publisher;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ClassDistance;
import io.saddle.schema.ClassFrequency;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MeasureFloor;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.schema.SourceSummary;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Writes what the services would say of a run in training, in the shape of a real one: losses that fall, multipliers that settle. */
final class TrainedRun {

    static final int PRIMAL_STEPS = 20;

    private static final int COLUMNS = 8;
    private static final int IMAGES = 64;
    private static final Map<String, Double> THRESHOLDS = Map.of("digit-4", 0.1, "digit-5", 0.11, "digit-7", 0.12);

    /** Scores up to this step have the distance alone. */
    private static final long OF_AN_EARLIER_RELEASE = 400;

    private static final String NETWORK =
            "small-cnn (64 features, 97.25 % held-out accuracy, trained on bundled:mnist10k)";

    private final Publisher publisher;
    private final ArtifactStore artifacts;
    private final String run;
    private final Random random = new Random(7);
    private final Map<String, Double> multipliers = new TreeMap<>();
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    TrainedRun(Publisher publisher, ArtifactStore artifacts, String run) {
        this.publisher = publisher;
        this.artifacts = artifacts;
        this.run = run;
        THRESHOLDS.keySet().forEach(id -> multipliers.put(id, 0.0));
    }

    static String specification(String name, long steps) {
        return """
                name: %s
                description: MNIST with few 4s, 5s and 7s
                training: {steps: %d}
                dual: {mode: ASYNC, primalSteps: %d}
                constraints:
                  - {id: digit-4, threshold: 0.1, data: {classes: {4: {count: 100}}}}
                  - {id: digit-5, threshold: 0.11, data: {classes: {5: {count: 100}}}}
                  - {id: digit-7, threshold: 0.12, data: {classes: {7: {count: 100}}}}
                """.formatted(name, steps, PRIMAL_STEPS);
    }

    /** Every record of the primal steps after {@code from} up to {@code to}, durable when this returns. */
    TrainedRun train(long from, long to) throws Exception {
        for (long step = from + 1; step <= to; step++) {
            summary(step, random.nextGaussian());
            if (step % PRIMAL_STEPS == 0) {
                dualStep(step);
            }
        }
        return durable();
    }

    TrainedRun durable() throws Exception {
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
        sent.clear();
        return this;
    }

    private double loss(String source, long step, double noise) {
        double floor = source.equals("objective") ? 0.04 : THRESHOLDS.get(source) * 0.9;
        return floor + 0.3 * Math.exp(-step / 250.0) + 0.004 * noise;
    }

    /** @param noise how far the losses lie beside their curve */
    void summary(long step, double noise) {
        List<SourceSummary> sources = new ArrayList<>();
        boolean measured = step % PRIMAL_STEPS == 0;
        sources.add(source("objective", step, 1.0, noise, measured));
        multipliers.forEach((id, multiplier) -> sources.add(source(id, step, multiplier, noise, measured)));
        send(
                Topics.GRADIENT_SUMMARIES,
                GradientSummary.newBuilder()
                        .setRunId(run)
                        .setStep(step)
                        .setDualStep(step / PRIMAL_STEPS)
                        .setStaleSteps(step % PRIMAL_STEPS)
                        .setLagrangianLoss(loss("objective", step, noise))
                        .setSources(sources)
                        .setGradientNorm(0.2 + Math.exp(-step / 100.0) + 0.02 * Math.abs(noise))
                        .setBlockGradientNorms(Map.of())
                        .setClipped(false)
                        .setLearningRate(1e-3)
                        .setStepMillis(150 + 5 * noise)
                        .setSamplesPerSecond(64_000 / (150 + 5 * noise))
                        .setWorker("trainer-1")
                        .setRecordedAt(Instant.now())
                        .build());
    }

    private SourceSummary source(String name, long step, double multiplier, double noise, boolean measured) {
        return SourceSummary.newBuilder()
                .setSource(name)
                .setRows(16)
                .setLoss(loss(name, step, noise))
                .setMultiplier(multiplier)
                .setMixtureWeight(multiplier / total())
                .setGradientNorm(measured ? 0.1 + Math.abs(0.01 * noise) : null)
                .setCosineToObjective(measured && !name.equals("objective") ? Math.min(1, 0.6 + 0.1 * noise) : null)
                .build();
    }

    private double total() {
        return 1 + multipliers.values().stream().mapToDouble(x -> x).sum();
    }

    void dualStep(long step) {
        long dualStep = step / PRIMAL_STEPS;
        List<ConstraintMultiplier.Builder> rows = new ArrayList<>();
        multipliers.replaceAll((id, before) -> {
            double loss = loss(id, step, random.nextGaussian());
            double slack = THRESHOLDS.get(id) - loss;
            double after = Math.max(0, before - 0.5 * slack - 0.002 * before);
            estimate(id, step, dualStep - 1, loss);
            rows.add(ConstraintMultiplier.newBuilder()
                    .setConstraintId(id)
                    .setVersion(1)
                    .setBefore(before)
                    .setAfter(after)
                    .setLoss(loss)
                    .setThreshold(THRESHOLDS.get(id))
                    .setSlack(slack)
                    .setEvaluator("denoising-loss"));
            return after;
        });
        List<ConstraintMultiplier> built = new ArrayList<>();
        rows.forEach(
                row -> built.add(row.setMixtureWeight(row.getAfter() / total()).build()));
        send(
                Topics.MULTIPLIERS,
                MultiplierUpdate.newBuilder()
                        .setRunId(run)
                        .setDualStep(dualStep)
                        .setStep(step)
                        .setConstraints(built)
                        .setObjectiveWeight(1 / total())
                        .setUpdatedAt(Instant.now())
                        .build());
    }

    private void estimate(String id, long step, long dualStep, double loss) {
        estimate(id, "denoising-loss", step, dualStep, loss);
    }

    /** An evaluator's word on a constraint. */
    TrainedRun estimated(String id, String evaluator, long step) {
        return estimated(id, evaluator, step, 0.1);
    }

    TrainedRun estimated(String id, String evaluator, long step, double loss) {
        estimate(id, evaluator, step, step / PRIMAL_STEPS - 1, loss);
        return this;
    }

    private void estimate(String id, String evaluator, long step, long dualStep, double loss) {
        send(
                Topics.LOSS_ESTIMATES,
                LossEstimate.newBuilder()
                        .setRunId(run)
                        .setConstraintId(id)
                        .setConstraintVersion(1)
                        .setStep(step)
                        .setDualStep(dualStep)
                        .setLoss(loss)
                        .setStandardError(0.004)
                        .setSamples(256)
                        .setEvaluator(evaluator)
                        .setEvaluatorBuild("0.1.0")
                        .setComputeMillis(300)
                        .setComputedAt(Instant.now())
                        .build());
    }

    /** A judged model, with a grid of real digits. */
    TrainedRun judged(long step, double fid) throws IOException {
        return judged(step, fid, false);
    }

    /** @param last whether it is the finished one */
    TrainedRun judged(long step, double fid, boolean last) throws IOException {
        ImageDataSet digits = DataSets.open(DataSets.BUNDLED_MNIST, null);
        int first = (int) (step % 1000);
        byte[] png = ImageGrid.png(ImageBatch.of(digits, first, first + IMAGES), COLUMNS, 4);
        Artifact grid = artifacts.putFile(run, "grids/step-" + step + ".png", png);
        List<ClassFrequency> frequencies = new ArrayList<>();
        double rare = Math.min(0.09, 0.02 + step / 20_000.0);
        for (int label = 0; label < 10; label++) {
            frequencies.add(new ClassFrequency(
                    label, THRESHOLDS.containsKey("digit-" + label) ? rare : (1 - 3 * rare) / 7, null));
        }
        send(
                Topics.FID_SCORES,
                FidScore.newBuilder()
                        .setRunId(run)
                        .setStep(step)
                        .setDualStep(step / PRIMAL_STEPS)
                        .setLast(last)
                        .setFid(fid)
                        .setImages(2000)
                        .setFeatureExtractor(NETWORK)
                        .setFeatureExtractorAccuracy(0.9725)
                        .setClassifier("small-cnn (97.25 % held-out accuracy, trained on bundled:mnist10k)")
                        .setMeasures(step <= OF_AN_EARLIER_RELEASE ? List.of() : measures(step, fid, frequencies))
                        .setReferenceId("bundled:mnist10k, 863 of each class")
                        .setReferenceImages(8630)
                        .setClassFrequencies(frequencies)
                        .setDistanceToUniform(0.3 - 3 * rare)
                        .setSampler("DDIM, 20 steps")
                        .setSeed(1)
                        .setGrid(grid)
                        .setComputeMillis(9000)
                        .setEvaluatedAt(Instant.now())
                        .build());
        return this;
    }

    /** Under two networks; the first has too few samples of one class. */
    private static List<FeatureMeasure> measures(long step, double fid, List<ClassFrequency> frequencies) {
        List<ClassDistance> classes = frequencies.stream()
                .map(row -> new ClassDistance(
                        row.getLabel(),
                        null,
                        (int) Math.round(2000 * row.getFrequency()),
                        863,
                        row.getLabel() == 7 ? null : fid / 2 + row.getLabel()))
                .toList();
        return List.of(
                measure(NETWORK, fid, step).setClasses(classes).build(),
                measure("mobilenet-v1 (768 features, sha256 db665555feee...)", fid / 3, step)
                        .setSha256("db665555feee")
                        .setFrechetAtInfinity(fid / 3 - 2)
                        .build());
    }

    private static FeatureMeasure.Builder measure(String network, double fid, long step) {
        double near = 1 - Math.exp(-step / 600.0);
        return FeatureMeasure.newBuilder()
                .setMetric("Frechet distance")
                .setNetwork(network)
                .setDimensions(64)
                .setImages(2000)
                .setReferenceImages(8630)
                .setFrechet(fid)
                .setRows(2000)
                .setReferenceRows(8630)
                .setKid(fid / 1000)
                .setKidStandardError(fid / 10_000)
                .setNeighbours(5)
                .setPrecision(near)
                .setRecall(near / 2)
                .setDensity(1.1 * near)
                .setCoverage(0.8 * near)
                .setFloor(new MeasureFloor(2000, 2.125, 0.0005, 0.0004));
    }

    TrainedRun status(RunPhase phase, long step, long totalSteps, String message) {
        RunStatus.Builder status = RunStatus.newBuilder()
                .setRunId(run)
                .setPhase(phase)
                .setStep(step)
                .setTotalSteps(totalSteps)
                .setDualStep(step / PRIMAL_STEPS)
                .setWorker("trainer-1")
                .setMessage(message)
                .setEtaSeconds(0.15 * (totalSteps - step))
                .setUpdatedAt(Instant.now());
        if (step >= 200) {
            long kept = step - step % 200;
            status.setCheckpoint(
                    new KeptCheckpoint(kept, new Artifact("file:/nowhere/step-" + kept, "0".repeat(64), 5_000_000L)));
        }
        send(Topics.RUN_STATUS, status.build());
        return this;
    }

    TrainedRun alert(Severity severity, String message, String remedy, String constraint) {
        send(
                Topics.ALERTS,
                Alert.newBuilder()
                        .setRunId(run)
                        .setKind(AlertKind.INFEASIBLE)
                        .setSeverity(severity)
                        .setMessage(message)
                        .setRemedy(remedy)
                        .setConstraintId(constraint)
                        .setService("dual-updater")
                        .setRaisedAt(Instant.now())
                        .build());
        return this;
    }

    /** A round's slots are given to trainers. */
    TrainedRun given(long step, int slots) {
        for (int slot = 0; slot < slots; slot++) {
            given(step, slot, slots, 0);
        }
        return this;
    }

    /** @param attempt how often it was given before */
    TrainedRun given(long step, int slot, int slots, int attempt) {
        send(
                Topics.SLOT_TASKS,
                SlotTask.newBuilder()
                        .setRunId(run)
                        .setRound("round-" + step)
                        .setStep(step)
                        .setSteps(PRIMAL_STEPS)
                        .setSlot(slot)
                        .setSlots(slots)
                        .setAttempt(attempt)
                        .setBase(new Artifact("file:/nowhere/step-" + step, "0".repeat(64), 5_000_000L))
                        .setStepsBefore(0)
                        .setPrecision("fp32")
                        .setDualStep(step / PRIMAL_STEPS)
                        .setStaleSteps(0)
                        .setConstraints(List.of())
                        .setWorker("trainer-1")
                        .setAnnouncedAt(Instant.now())
                        .build());
        return this;
    }

    TrainedRun did(long step, int slot, String worker) {
        send(
                Topics.SLOT_RESULTS,
                result(step, slot, worker)
                        .setState(new Artifact("file:/nowhere/slot-" + slot, "0".repeat(64), 4_100_000L))
                        .setComputeMillis(1200 + 100L * slot)
                        .build());
        return this;
    }

    TrainedRun couldNotDo(long step, int slot, String worker, String problem) {
        send(Topics.SLOT_RESULTS, result(step, slot, worker).setProblem(problem).build());
        return this;
    }

    private SlotResult.Builder result(long step, int slot, String worker) {
        return RecordBuilders.slotResult(run, step, slot).setWorker(worker).setComputedAt(Instant.now());
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, T value) {
        sent.add(publisher.send(topic, run, value));
    }
}
