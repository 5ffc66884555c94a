package io.saddle.cli.dual;

import picocli.CommandLine.Command;

/** The dual ascent: its settings, and what they would do. */
@Command(
        name = "dual",
        description = "Changes the dual ascent of a run while it trains, and tries settings without training.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DualSetCommand.class, DualSimulateCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle dual set my-run optimizer=nupi nupi.kp=2",
            "  ./saddle dual simulate --spec my-run.yaml --violations violations.csv"
        })
public final class DualCommand {}
