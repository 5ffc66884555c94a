package io.saddle.cli.dlq;

import picocli.CommandLine.Command;

/** Dead letters. */
@Command(
        name = "dlq",
        description = {
            "Dead letters: records that a service could not read or handle. Each topic has a dead-letter topic (NAME.dlq); a"
                    + " letter holds the record as it was (a value of nearly 2 MiB or more is left out), and headers that say where it stood and why it was given up."
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {DlqListCommand.class, DlqShowCommand.class, DlqReplayCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle dlq list",
            "  ./saddle dlq show saddle.snapshots 0@17",
            "  ./saddle dlq replay saddle.snapshots 0@17"
        })
public final class DlqCommand {}
