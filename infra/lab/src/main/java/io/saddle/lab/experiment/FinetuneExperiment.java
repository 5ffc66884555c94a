package io.saddle.lab.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.experiment.Trainings.Trained;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.Versions;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.FidScore;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Fine-tuning with and without the constraint that holds a model near what it was: the two examples, and the second once more
 * without its constraint.
 */
public final class FinetuneExperiment {

    /**
     * The choices of a user; null: as in the examples.
     *
     * @param pretrainSteps primal steps of the pre-training
     * @param steps primal steps of each tuning
     * @param images samples of each finished model
     */
    public record Options(Long pretrainSteps, Long steps, Integer images) {}

    static final String PRETRAIN = "mnist-pretrain.yaml";
    static final String FINETUNE = "mnist-finetune.yaml";
    private static final int DIGIT = 9;

    private final LocalSettings settings;
    private final Path examples;
    private final Options options;
    private final Consumer<String> say;
    private final Clock clock = Clock.systemUTC();

    /**
     * @param settings of the stack, which runs
     * @param examples folder of the example specifications
     * @param say takes lines for a person
     */
    public FinetuneExperiment(LocalSettings settings, Path examples, Options options, Consumer<String> say) {
        this.settings = settings;
        this.examples = examples;
        this.options = options;
        this.say = say;
    }

    /**
     * Runs it, one training after the other; takes minutes.
     *
     * @param out folder of the report
     * @return whether all that is expected was found
     * @throws io.saddle.cli.terminal.CommandException if a run fails or nothing is heard of it
     */
    public boolean run(Path out) throws IOException, InterruptedException {
        try (Trainings trainings = new Trainings(settings, clock)) {
            ObjectNode pretraining = example(PRETRAIN, options.pretrainSteps());
            trainings.check("pretrain", pretraining);
            Trained pretrained = trainings.trainAndJudge("pretrain", pretraining);
            Path start = trainings.finalModel(pretrained);
            ObjectNode tuning = example(FINETUNE, options.steps()).put("initialModel", start.toString());
            ObjectNode without = tuning.deepCopy();
            without.putArray("constraints");
            Trained free = trainings.trainAndJudge("finetune-free", without);
            Trained held = trainings.trainAndJudge("finetune-held", tuning);
            FinetuneResult result = new FinetuneResult(
                    clock.instant(),
                    Versions.all(),
                    DIGIT,
                    model(
                            trainings,
                            pretrained,
                            start,
                            pretrained.spec().data(),
                            free.spec().data()),
                    model(
                            trainings,
                            free,
                            start,
                            pretrained.spec().data(),
                            free.spec().data()),
                    model(
                            trainings,
                            held,
                            start,
                            pretrained.spec().data(),
                            free.spec().data()));
            Path report = new FinetuneReport(out)
                    .write(result, trainings.grid(pretrained), trainings.grid(free), trainings.grid(held));
            say.accept("");
            say.accept(FinetuneReport.table(result));
            say.accept("report:  " + report.toAbsolutePath());
            say.accept("numbers: " + out.resolve("result.json").toAbsolutePath());
            return result.checks().stream().allMatch(FinetuneResult.Check::held);
        }
    }

    private ObjectNode example(String file, Long steps) {
        ObjectNode spec = Trainings.read(examples.resolve(file));
        spec.withObject("/evaluation").put("every", 0);
        if (steps != null) {
            spec.withObject("/training").put("steps", steps);
        }
        if (options.images() != null) {
            spec.withObject("/evaluation").put("finalImages", options.images());
        }
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
                ModelLoss.onData(model, old),
                ModelLoss.onData(model, tunedOn),
                distance.loss(),
                last.map(LastDualSteps::multiplier).orElse(null),
                last.map(LastDualSteps::loss).orElse(null),
                last.map(LastDualSteps::bound).orElse(null),
                Curves.of(trained.history()));
    }
}
