package io.saddle.cli.run;

import picocli.CommandLine.Command;

/** Training runs, through the console. */
@Command(
        name = "run",
        description = "Starts, follows and changes training runs, through the console.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunSubmitCommand.class,
            RunListCommand.class,
            RunShowCommand.class,
            RunWatchCommand.class,
            RunChangeCommand.Pause.class,
            RunChangeCommand.Resume.class,
            RunChangeCommand.Stop.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle run submit my-run.yaml",
            "  ./saddle run watch my-run",
            "  ./saddle run pause my-run",
            "  ./saddle run resume my-run"
        })
public final class RunCommand {}
