package io.saddle.cli.notification;

import picocli.CommandLine.Command;

/** Notifications, through the console. */
@Command(
        name = "notification",
        description =
                "Says who is told of what happens to runs and pipelines, and what was told. Where it can be told is in the"
                        + " console's settings (saddle.notifications.channels.NAME...).",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            NotificationListCommand.class,
            NotificationSetCommand.class,
            NotificationDeleteCommand.class,
            NotificationTestCommand.class,
            NotificationLogCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle notification set ends --channel ops --run-ends FAILED,COMPLETED",
            "  ./saddle notification test ends",
            "  ./saddle notification log"
        })
public final class NotificationCommand {}
