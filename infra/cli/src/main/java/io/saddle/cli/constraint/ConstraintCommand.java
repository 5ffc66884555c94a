package io.saddle.cli.constraint;

import picocli.CommandLine.Command;

/** The constraints of runs that train, through the console. */
@Command(
        name = "constraint",
        description =
                "Shows and changes the constraints of a run while it trains, through the console. The next dual step"
                        + " uses a change; no process restarts and no primal step is lost.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ConstraintListCommand.class,
            ConstraintAddCommand.class,
            ConstraintChangeCommand.SetThreshold.class,
            ConstraintChangeCommand.Shadow.class,
            ConstraintChangeCommand.Promote.class,
            ConstraintChangeCommand.Retire.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle constraint list my-run",
            "  ./saddle constraint set-threshold my-run digit-4 0.05 --reason 'too lax'",
            "  ./saddle constraint shadow my-run digit-4 --evaluator node-denoising-loss",
            "  ./saddle constraint promote my-run digit-4.node-denoising-loss",
            "  ./saddle constraint retire my-run digit-4 --decay 0.8"
        })
public final class ConstraintCommand {}
