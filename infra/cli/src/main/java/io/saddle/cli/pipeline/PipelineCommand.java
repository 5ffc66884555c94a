package io.saddle.cli.pipeline;

import picocli.CommandLine.Command;

/** Pipelines, through the console. */
@Command(
        name = "pipeline",
        description =
                "Defines, starts, follows and changes pipelines: steps of runs and other tasks, through the console.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PipelineSubmitCommand.class,
            PipelineCheckCommand.class,
            PipelineStartCommand.class,
            PipelineListCommand.class,
            PipelineShowCommand.class,
            PipelineWatchCommand.class,
            ExecutionChangeCommand.Pause.class,
            ExecutionChangeCommand.Resume.class,
            ExecutionChangeCommand.Stop.class,
            ExecutionChangeCommand.Retry.class,
            PipelineDecideCommand.Approve.class,
            PipelineDecideCommand.Refuse.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle pipeline submit my-pipeline.yaml",
            "  ./saddle pipeline watch my-pipeline-1",
            "  ./saddle pipeline approve my-pipeline-1 look"
        })
public final class PipelineCommand {}
