package io.saddle.lab.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.judging.LastDualSteps;
import io.saddle.lab.judging.ModelLoss;
import io.saddle.lab.report.FollowedRun;
import io.saddle.model.DiffusersModels;
import io.saddle.model.SelectedData;
import io.saddle.model.StoredSnapshots;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.dual.JudgedModel;
import io.saddle.run.dual.JudgedModels;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Alert;
import io.saddle.schema.ClassFrequency;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.FeatureMeasure;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.MeasureFloor;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Makes a run's result: what the services said of it, and what is measured of its finished model here. */
final class RunJudge implements AutoCloseable {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String OBJECTIVE = "objective";

    private final Study study;
    private final Places places;
    private final JsonNode machine;
    private final String command;
    private final ArtifactStore store;
    private final SelectedData data;
    private final RareImages rare;
    private final RunSpecParser parser;

    /**
     * @param machine where all of it runs
     * @param command what a person typed
     */
    RunJudge(LocalSettings settings, Study study, Places places, JsonNode machine, String command) throws IOException {
        this.study = study;
        this.places = places;
        this.machine = machine;
        this.command = command;
        store = ArtifactStores.open(settings.artifacts());
        ImageSets sets = new ImageSets(store, DataRoots.ANYWHERE);
        data = new SelectedData(sets);
        rare = new RareImages(study, sets, settings.classifiers());
        parser = new RunSpecParser(DiffusersModels.anywhere(), sets);
    }

    /** A specification as the run has it: complete. */
    RunSpec read(ObjectNode specification) throws IOException {
        return parser.parse(specification.path("name").asText(), YAML.writeValueAsString(specification));
    }

    /**
     * The folder of the finished model that other runs start from.
     *
     * @throws CommandException if there is none
     */
    Path finalModel(String runId, FollowedRun history) throws IOException {
        return finalModel(store, runId, history);
    }

    /** By its name where the topics tell of it no more: the store may keep it for longer. */
    static Path finalModel(ArtifactStore store, String runId, FollowedRun history) throws IOException {
        if (history.finalModel().isPresent()) {
            return finalModel(store, history);
        }
        RunStatus end = history.status()
                .filter(status -> status.getPhase() == RunPhase.COMPLETED)
                .orElseThrow(() -> noModel(runId, "is not done"));
        StoredSnapshots snapshots = new StoredSnapshots(store, runId);
        return snapshots.open(snapshots
                .at(end.getStep())
                .orElseThrow(() -> noModel(runId, "has none of step " + end.getStep() + " any more")));
    }

    private static Path finalModel(ArtifactStore store, FollowedRun history) throws IOException {
        return store.verified(history.finalModel().orElseThrow().getArtifact());
    }

    private static CommandException noModel(String runId, String why) {
        return new CommandException(ExitCode.FAILED, "there is no model to start from: run '" + runId + "' " + why);
    }

    /**
     * The result of a run whose finished model was judged; one at a time, for networks are shared.
     *
     * @param submitted its specification, with name, start and places
     */
    synchronized RunResult result(PlannedRun run, ObjectNode submitted, FollowedRun history, Instant started)
            throws IOException {
        RunSpec spec = read(submitted);
        FidScore score = history.finalScore().orElseThrow();
        Map<String, Double> shares = new LinkedHashMap<>();
        score.getClassFrequencies().forEach(row -> shares.put(name(row), row.getFrequency()));
        RunSpec heldOut = study.heldOut() == null
                ? null
                : read(HeldOutData.specification(submitted, (ObjectNode) places.resolved(study.heldOut())));
        Path model = finalModel(store, history);
        Optional<Memorisation> memorised = heldOut == null || study.rare().isEmpty()
                ? Optional.empty()
                : rare.memorised(spec, model, heldOut.data());
        List<MultiplierUpdate> updates = history.multipliers();
        RunResult.Best best = best(history, !spec.constraints().isEmpty());
        Instant finished = Instant.now();
        Optional<Path> judged = bestModel(store, spec.name(), history, best.step());
        return new RunResult(
                study.name(),
                run.variant().name(),
                run.seed(),
                run.hash(),
                run.specification(),
                machine,
                command,
                started,
                finished,
                seconds(history, score, started, finished),
                spec.name(),
                shares,
                study.rare().isEmpty() ? null : rareShare(score.getClassFrequencies()),
                study.rare().isEmpty() ? null : mixtureRareShare(spec, mixture(updates)),
                score.getClassifier() == null ? null : withoutPlaces(score.getClassifier()),
                score.getFeatureExtractorAccuracy(),
                withoutPlaces(score.getReferenceId()),
                score.getMeasures().stream().map(this::measure).toList(),
                multipliers(spec, updates),
                mixture(updates),
                requirements(spec, heldOut, updates, judged, best.step()),
                heldOut == null || judged.isEmpty()
                        ? null
                        : ModelLoss.onData(judged.get(), data, heldOut.data()).loss(),
                best,
                memorised.orElse(null),
                history.alerts().stream()
                        .map(Alert::getMessage)
                        .map(this::withoutPlaces)
                        .toList());
    }

    private static String name(ClassFrequency row) {
        return row.getName() == null ? Integer.toString(row.getLabel()) : row.getName();
    }

    private double rareShare(List<ClassFrequency> rows) throws IOException {
        List<ClassFrequency> rare = rows.stream()
                .filter(row -> study.isRare(row.getLabel(), name(row)))
                .toList();
        if (rare.size() < study.rare().size()) {
            throw new IOException("rare: " + study.rare() + " are not all among the classes "
                    + rows.stream().map(RunJudge::name).toList());
        }
        return rare.stream().mapToDouble(ClassFrequency::getFrequency).sum();
    }

    /** The sources' own shares, by their weights in the mixture (q + sum lambda_i q_i) / (1 + sum lambda_i). */
    private Double mixtureRareShare(RunSpec spec, Map<String, Double> mixture) throws IOException {
        double share = mixture.get(OBJECTIVE) * rareShare(spec.data());
        for (RunSpec.Constraint constraint : spec.constraints()) {
            double weight = mixture.getOrDefault(constraint.id(), 0.0);
            if (weight > 0 && constraint.kind().equals(ConstraintKinds.DISTILLATION)) {
                return null;
            }
            share += weight == 0 ? 0 : weight * rareShare(constraint.data());
        }
        return share;
    }

    private double rareShare(RunSpec.Data selection) throws IOException {
        ImageDataSet images = data.open(DataSelections.toAvro(selection));
        long rare = IntStream.range(0, images.count())
                .filter(i -> study.isRare(images.label(i), images.className(images.label(i))))
                .count();
        return rare / (double) images.count();
    }

    private static RunResult.Seconds seconds(FollowedRun history, FidScore score, Instant started, Instant finished) {
        return new RunResult.Seconds(
                sum(history.summaries(), GradientSummary::getStepMillis),
                sum(history.summaries(), summary -> summary.getWaitMillis() == null ? 0 : summary.getWaitMillis()),
                score.getComputeMillis() / 1e3,
                (finished.toEpochMilli() - started.toEpochMilli()) / 1e3);
    }

    private static double sum(List<GradientSummary> summaries, Function<GradientSummary, Double> millis) {
        return summaries.stream().mapToDouble(millis::apply).sum() / 1e3;
    }

    private RunResult.Measure measure(FeatureMeasure measure) {
        MeasureFloor floor = measure.getFloor();
        return new RunResult.Measure(
                measure.getMetric(),
                withoutPlaces(measure.getNetwork()),
                measure.getImages(),
                measure.getFrechet(),
                floor == null ? null : floor.getFrechet(),
                measure.getKid(),
                measure.getKidStandardError(),
                floor == null ? null : floor.getKid(),
                measure.getPrecision(),
                measure.getRecall(),
                measure.getDensity(),
                measure.getCoverage());
    }

    /** Names of judges and references without this machine's folders. */
    private String withoutPlaces(String text) {
        return places.unresolved(text);
    }

    private static Map<String, Double> multipliers(RunSpec spec, List<MultiplierUpdate> updates) {
        Map<String, Double> multipliers = new LinkedHashMap<>();
        for (RunSpec.Constraint constraint : spec.constraints()) {
            multipliers.put(
                    constraint.id(),
                    LastDualSteps.of(updates, constraint.id())
                            .map(LastDualSteps::multiplier)
                            .orElse(constraint.initialMultiplier()));
        }
        return multipliers;
    }

    private static Map<String, Double> mixture(List<MultiplierUpdate> updates) {
        Map<String, Double> mixture = new LinkedHashMap<>();
        if (updates.isEmpty()) {
            mixture.put(OBJECTIVE, 1.0);
            return mixture;
        }
        MultiplierUpdate last = updates.get(updates.size() - 1);
        mixture.put(OBJECTIVE, last.getObjectiveWeight());
        for (ConstraintMultiplier row : last.getConstraints()) {
            mixture.put(row.getConstraintId(), row.getMixtureWeight());
        }
        return mixture;
    }

    /** Empty where it is kept no more: the guarantee is about the best iterate, and no other model stands for it. */
    static Optional<Path> bestModel(ArtifactStore store, String runId, FollowedRun history, long step)
            throws IOException {
        Optional<ModelSnapshot> announced = history.average(step);
        if (announced.isPresent()) {
            return Optional.of(store.verified(announced.get().getArtifact()));
        }
        StoredSnapshots snapshots = new StoredSnapshots(store, runId);
        Optional<StoredSnapshots.Snapshot> kept = snapshots.at(step);
        return kept.isEmpty() ? Optional.empty() : Optional.of(snapshots.open(kept.get()));
    }

    /**
     * @param model empty where there is none to measure
     * @param step its primal steps
     */
    private List<RunResult.Requirement> requirements(
            RunSpec spec, RunSpec heldOut, List<MultiplierUpdate> updates, Optional<Path> model, long step)
            throws IOException {
        List<RunResult.Requirement> requirements = new ArrayList<>();
        for (int i = 0; i < spec.constraints().size(); i++) {
            RunSpec.Constraint constraint = spec.constraints().get(i);
            Optional<LastDualSteps> last = LastDualSteps.of(updates, constraint.id(), step);
            Optional<LossEstimateResult> fresh = heldOut == null
                            || model.isEmpty()
                            || !constraint.kind().equals(ConstraintKinds.DENOISING_LOSS)
                    ? Optional.empty()
                    : Optional.of(ModelLoss.onData(
                            model.get(), data, heldOut.constraints().get(i).data()));
            requirements.add(new RunResult.Requirement(
                    constraint.id(),
                    constraint.dualLearningRate().orElse(spec.dual().learningRate()) > 0,
                    last.map(LastDualSteps::loss).orElse(null),
                    last.map(LastDualSteps::bound).orElse(null),
                    fresh.map(LossEstimateResult::loss).orElse(null),
                    fresh.map(LossEstimateResult::standardError).orElse(null)));
        }
        return requirements;
    }

    private static RunResult.Best best(FollowedRun history, boolean constrained) {
        JudgedModels judged = new JudgedModels();
        history.multipliers().forEach(judged::add);
        history.scores().forEach(judged::add);
        List<JudgedModel> models = judged.bestFirst(constrained);
        JudgedModel best = models.get(0);
        // A bound of 0 is exceeded without measure, which no JSON number says.
        Double violation = Double.isFinite(best.violation()) ? best.violation() : null;
        return new RunResult.Best(best.step(), violation, best.fid(), models.size());
    }

    @Override
    public void close() {
        rare.close();
    }
}
