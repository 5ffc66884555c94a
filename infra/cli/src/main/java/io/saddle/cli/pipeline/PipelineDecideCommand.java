package io.saddle.cli.pipeline;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Decides a step that waits for a person. */
abstract class PipelineDecideCommand extends ExecutionCommand {

    @Parameters(index = "1", paramLabel = "STEP", description = "The step that waits.")
    private String step;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it stands beside the step from then on.")
    private String reason;

    private final boolean approved;

    PipelineDecideCommand(boolean approved) {
        this.approved = approved;
    }

    @Override
    int ask(ConsoleClient console, String execution, PrintWriter out) {
        ObjectNode decision = JsonNodeFactory.instance.objectNode().put("approved", approved);
        if (reason != null) {
            decision.put("reason", reason);
        }
        new PipelineClient(console).decide(execution, step, decision);
        out.println(execution + ": " + step + " is " + (approved ? "approved" : "refused"));
        return ExitCode.OK;
    }

    /** Lets a step that waits for a person go on. */
    @Command(
            name = "approve",
            description = "Lets a step that waits for a person succeed.",
            footer = "  ./saddle pipeline approve my-pipeline-1 look --reason 'sharp enough'")
    static final class Approve extends PipelineDecideCommand {
        Approve() {
            super(true);
        }
    }

    /** Lets a step that waits for a person fail. */
    @Command(
            name = "refuse",
            description = "Lets a step that waits for a person fail, and skips what needs it.",
            footer = "  ./saddle pipeline refuse my-pipeline-1 look --reason 'too blurred'")
    static final class Refuse extends PipelineDecideCommand {
        Refuse() {
            super(false);
        }
    }
}
