package io.saddle.cli.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.WaitOption;
import io.saddle.cli.terminal.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what is wanted of an execution from now on. */
abstract class ExecutionChangeCommand extends ExecutionCommand {

    /** By the command's name, which is what the console is asked for. */
    private static final Map<String, String> DONE = Map.of(
            "pause", "will be paused", "resume", "will go on", "stop", "will be stopped", "retry", "is tried again");

    private static final String RUNNING = "RUNNING";
    /** Phases of runs that no trainer is at. */
    private static final Set<String> AT_REST = Set.of("PAUSED", "COMPLETED", "FAILED", "STOPPED");

    @Mixin
    private ChangeReason reason;

    @Override
    int ask(ConsoleClient console, String execution, PrintWriter out) throws InterruptedException {
        new PipelineClient(reason.with(console)).change(execution, command().name());
        out.println(execution + ": " + DONE.get(command().name()));
        return ExitCode.OK;
    }

    /** A change that is made in a while. */
    abstract static class InAWhile extends ExecutionChangeCommand {

        @Mixin
        private WaitOption wait;

        @Override
        int ask(ConsoleClient console, String execution, PrintWriter out) throws InterruptedException {
            super.ask(console, execution, out);
            if (wait.isWanted()) {
                out.flush();
                String phase = wait.until(
                        command().name(), () -> phase(console, new PipelineClient(console).execution(execution)));
                out.println(execution + ": " + phase);
            }
            return ExitCode.OK;
        }

        /** For the console one is stopped or paused as soon as that is wanted; here it goes on as long as a step or its run does. */
        private static String phase(ConsoleClient console, JsonNode execution) {
            String phase = execution.path("phase").asText();
            boolean goesOn = phase.equals("STOPPED")
                            && execution.path("steps").findValuesAsText("phase").contains(RUNNING)
                    || AT_REST.contains(phase) && hasRunUnderWay(console, execution);
            return goesOn ? RUNNING : phase;
        }

        /** A run that was ordered and is not there yet, or not any more, is under way nowhere. */
        private static boolean hasRunUnderWay(ConsoleClient console, JsonNode execution) {
            return execution.path("steps").findValuesAsText("run").stream()
                    .flatMap(run -> console.find(run).stream())
                    .anyMatch(run -> !AT_REST.contains(run.path("phase").asText()));
        }
    }

    /** Halts an execution and its runs so that they can go on. */
    @Command(
            name = "pause",
            description = "Pauses the runs under way and starts no further step; 'resume' goes on.",
            footer = "  ./saddle pipeline pause my-pipeline-1")
    static final class Pause extends InAWhile {}

    /** Lets a halted execution go on. */
    @Command(
            name = "resume",
            description = "Lets a paused execution and its runs go on.",
            footer = "  ./saddle pipeline resume my-pipeline-1")
    static final class Resume extends InAWhile {}

    /** Ends an execution. */
    @Command(
            name = "stop",
            description = "Stops the runs under way for good, and the execution; 'retry' begins what was stopped anew.",
            footer = "  ./saddle pipeline stop my-pipeline-1")
    static final class Stop extends InAWhile {}

    /** Goes on from what failed. */
    @Command(
            name = "retry",
            description = "Begins the steps that failed, were stopped or were skipped anew; what has succeeded stays.",
            footer = "  ./saddle pipeline retry my-pipeline-1")
    static final class Retry extends ExecutionChangeCommand {}
}
