package io.saddle.cli.audit;

import picocli.CommandLine.Command;

/** Who changed what. */
@Command(
        name = "audit",
        description = "Shows who changed what, when, why and from where, and checks that nobody has tampered with it.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AuditListCommand.class, AuditCheckCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./saddle audit list --subject my-run",
            "  ./saddle audit check",
            "  ./saddle audit check --expect audit-heads.txt"
        })
public final class AuditCommand {}
