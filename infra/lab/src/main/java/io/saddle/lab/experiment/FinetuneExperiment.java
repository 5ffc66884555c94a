package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.experiment.Trainings.Trained;
import io.saddle.lab.judging.LastDualSteps;
import io.saddle.lab.judging.ModelLoss;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.ReportCommand;
import io.saddle.lab.report.Shortening;
import io.saddle.lab.report.Versions;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.FidScore;
import io.saddle.stack.Distribution;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Fine-tuning with and without the constraint that holds a model near what it was: the two examples, and the second once more
 * without its constraint.
 */
@Command(
        name = "finetune",
        description = {
            "Trains a model without 9, tunes it on 9 freely and with the constraint that holds it near what it was, and"
                    + " shows the Frechet distance on all ten digits, the share of 9s, and how much of the others was forgotten. Exit code 1"
                    + " if the constraint did not help."
        },
        footer = {"  ./saddle experiment finetune", "  ./saddle experiment finetune --steps 800 --out report"})
final class FinetuneExperiment extends ReportCommand {

    static final String PRETRAIN = "mnist-pretrain.yaml";
    static final String FINETUNE = "mnist-finetune.yaml";
    private static final int DIGIT = 9;

    @Option(
            names = "--pretrain-steps",
            paramLabel = "N",
            description = "Primal steps of the pre-training (default: as in mnist-pretrain.yaml).")
    private Long pretrainSteps;

    @Mixin
    private Shortening shortening;

    FinetuneExperiment() {
        super("experiments/finetune");
    }

    @Override
    protected void check() {
        ObjectNode tuning = example(Distribution.locate().examples().resolve(FINETUNE));
        shortening.putSteps(tuning);
        Trainings.requireDualStep(FINETUNE, tuning);
    }

    /** Runs it, one training after the other; takes minutes. */
    @Override
    protected boolean run(OwnRuns runs, LocalSettings settings, Path examples, Path out)
            throws IOException, InterruptedException {
        try (Trainings trainings = new Trainings(settings, runs)) {
            ObjectNode pretraining = example(examples.resolve(PRETRAIN));
            new Shortening(pretrainSteps, null).putSteps(pretraining);
            trainings.check("pretrain", pretraining);
            Trained pretrained = trainings.trainAndJudge("pretrain", pretraining);
            Path start = trainings.finalModel(pretrained);
            ObjectNode tuning = example(examples.resolve(FINETUNE)).put("initialModel", start.toString());
            shortening.putSteps(tuning);
            ObjectNode without = tuning.deepCopy();
            without.putArray("constraints");
            Trained free = trainings.trainAndJudge("finetune-free", without);
            Trained held = trainings.trainAndJudge("finetune-held", tuning);
            RunSpec.Data before = pretrained.spec().data();
            RunSpec.Data tunedOn = free.spec().data();
            FinetuneResult result = new FinetuneResult(
                    Instant.now(),
                    Versions.all(),
                    DIGIT,
                    model(trainings, pretrained, start, before, tunedOn),
                    model(trainings, free, start, before, tunedOn),
                    model(trainings, held, start, before, tunedOn));
            Path report = FinetuneReport.write(
                    out, result, trainings.grid(pretrained), trainings.grid(free), trainings.grid(held));
            conclude(FinetuneReport.table(result), report);
            return result.checks().stream().allMatch(FinetuneResult.Check::held);
        }
    }

    private ObjectNode example(Path file) {
        ObjectNode spec = Trainings.read(file);
        spec.withObject("/evaluation").put("every", 0);
        shortening.putImages(spec);
        return spec;
    }

    private static FinetuneResult.Model model(
            Trainings trainings, Trained trained, Path teacher, RunSpec.Data old, RunSpec.Data tunedOn)
            throws IOException {
        Path model = trainings.finalModel(trained);
        FidScore score = trained.score();
        Map<Integer, Double> frequencies = new TreeMap<>();
        score.getClassFrequencies().forEach(row -> frequencies.put(row.getLabel(), row.getFrequency()));
        LossEstimateResult distance = ModelLoss.toTeacher(model, teacher);
        Optional<LastDualSteps> last = trained.spec().constraints().stream()
                .findFirst()
                .flatMap(constraint -> LastDualSteps.of(trained.history().multipliers(), constraint.id()));
        return new FinetuneResult.Model(
                trained.spec().name(),
                trainings.json(trained),
                score.getFid(),
                score.getImages(),
                score.getFeatureExtractor(),
                score.getReferenceId(),
                frequencies,
                ModelLoss.onData(model, trainings.data(), old),
                ModelLoss.onData(model, trainings.data(), tunedOn),
                distance.loss(),
                last.map(LastDualSteps::multiplier).orElse(null),
                last.map(LastDualSteps::loss).orElse(null),
                last.map(LastDualSteps::bound).orElse(null),
                Curves.of(trained.history()));
    }
}
