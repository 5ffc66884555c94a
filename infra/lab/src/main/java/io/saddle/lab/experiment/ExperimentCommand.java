package io.saddle.lab.experiment;

import io.saddle.lab.experiment.slot.SlotsExperiment;
import io.saddle.lab.study.StudyCommand;
import picocli.CommandLine.Command;

/** Experiments through the running services. */
@Command(
        name = "experiment",
        description =
                "Experiments on real data through the real services (slots: in its own process); each ends with a table, an HTML page and JSON.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BatchingExperiment.class,
            ModesExperiment.class,
            FinetuneExperiment.class,
            FrontierExperiment.class,
            SlotsExperiment.class,
            StudyCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = "  ./saddle experiment batching")
public final class ExperimentCommand {}
