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
            RunForkCommand.class,
            RunListCommand.class,
            RunShowCommand.class,
            RunSlotsCommand.class,
            RunWatchCommand.class,
            RunChangeCommand.Pause.class,
            RunChangeCommand.Resume.class,
            RunChangeCommand.Stop.class,
            RunPriorityCommand.class,
            RunLabelCommand.class,
            RunChangeCommand.Archive.class,
            RunChangeCommand.Unarchive.class,
            RunDeleteCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle run submit my-run.yaml",
            "  ./saddle run watch my-run",
            "  ./saddle run pause my-run",
            "  ./saddle run resume my-run",
            "  ./saddle run list --label team=vision --since 2d",
            "  ./saddle run delete my-run"
        })
public final class RunCommand {}
