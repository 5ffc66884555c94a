package io.saddle.lab.experiment;

import io.saddle.lab.report.ReportOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fine-tuning with and without the constraint. */
@Command(
        name = "finetune",
        description = {
            "Trains a model without 9, tunes it on 9 freely and with the constraint that holds it near what it was, and"
                    + " shows FID on all ten digits, the share of 9s, and how much of the others was forgotten. Exit code 1"
                    + " if the constraint did not help."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  ./saddle experiment finetune", "  ./saddle experiment finetune --steps 800 --out report"})
final class ExperimentFinetuneCommand implements Callable<Integer> {

    @Mixin
    private ReportOptions report;

    @Option(
            names = "--pretrain-steps",
            paramLabel = "N",
            description = "Primal steps of the pre-training (default: as in mnist-pretrain.yaml).")
    private Long pretrainSteps;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Primal steps of each tuning (default: as in mnist-finetune.yaml).")
    private Long steps;

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "Samples of each finished model (default: as in the examples).")
    private Integer images;

    @Override
    public Integer call() throws Exception {
        return report.run(
                "experiments/finetune",
                List.of(),
                (settings, examples, out, say) -> new FinetuneExperiment(
                                settings, examples, new FinetuneExperiment.Options(pretrainSteps, steps, images), say)
                        .run(out));
    }
}
