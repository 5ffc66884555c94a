package io.saddle.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.RunQueryCommand;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.KeyValues;
import io.saddle.run.spec.Fork;
import io.saddle.run.spec.Problem;
import io.saddle.schema.ConstraintState;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a run from another one's model, with changes. */
@Command(
        name = "fork",
        description =
                "Starts a new run from a run's model (the average of its weights), with the run's specification and changes of it."
                        + " The run itself is left alone, and may still train. The optimizer begins anew, unless it is kept.",
        footer = {
            "  ./saddle run fork my-run --name my-run-2 --at best training.steps=500",
            "  ./saddle run fork my-run --name harder constraints.digit-4.threshold=0.05",
            "  ./saddle run fork my-run --name free 'constraints=[]'",
            "  ./saddle run fork my-run --name longer --keep-optimizer training.steps=2000"
        })
final class RunForkCommand extends RunQueryCommand {

    private static final YAMLMapper YAML = new YAMLMapper();

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description =
                    "What is different: keys of a run specification, with a dot into a section, and into a list by an"
                            + " entry's id; null takes a key away.")
    private Map<String, String> changes = Map.of();

    @Option(names = "--name", required = true, description = "Name of the new run.")
    private String name;

    @Option(
            names = "--at",
            paramLabel = "MODEL",
            defaultValue = "newest",
            description = "Which of its models: best, newest, or the primal steps of one (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--keep-optimizer",
            description =
                    "Go on with the run's current weights, AdamW's moments and moving average, from its checkpoint of the"
                            + " same step.")
    private boolean keepsOptimizer;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int ask(ConsoleClient console, String run, PrintWriter out) throws JsonProcessingException {
        JsonNode known = console.run(run);
        Fork fork = new Fork(run, model, keepsOptimizer, KeyValues.tree(changes));
        String id = reason.with(console)
                .submit(YAML.writeValueAsString(specification(known, run, fork)))
                .path("runId")
                .asText();
        out.println(id);
        notTaken(known, fork).ifPresent(err()::println);
        err().println("forked from " + run + "; follow it with './saddle run watch " + id + "'");
        return ExitCode.OK;
    }

    private static Optional<String> notTaken(JsonNode run, Fork fork) {
        List<String> submitted = new ArrayList<>();
        run.at("/spec/constraints").forEach(one -> submitted.add(one.path("id").asText()));
        List<Fork.Constraint> now = new ArrayList<>();
        run.path("constraints")
                .forEach(one -> now.add(new Fork.Constraint(
                        one.path("constraintId").asText(),
                        one.path("version").asInt(),
                        one.path("state").asText().equals(ConstraintState.SHADOW.name()))));
        List<String> others = fork.notTaken(submitted, now);
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "warning: the fork has the constraints that the run was submitted with; changed since then, and"
                                + " not taken over: " + String.join(", ", others)
                                + " ('./saddle constraint list RUN' shows them; thresholds are changed by constraints.ID.threshold=...,"
                                + " others added to the fork and retired there by './saddle constraint')");
    }

    private ObjectNode specification(JsonNode known, String run, Fork fork) {
        if (!(known.path("spec") instanceof ObjectNode specification)) {
            throw new CommandException(ExitCode.FAILED, "the specification of run '" + run + "' cannot be read");
        }
        Map<String, String> labels = new TreeMap<>();
        known.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<Problem> problems = new ArrayList<>();
        ObjectNode forked = fork.specification(specification, labels, name, problems);
        if (!problems.isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    problems.stream()
                            .map(problem -> problem.toString().replaceFirst("^\\.", ""))
                            .collect(Collectors.joining(System.lineSeparator())));
        }
        return forked;
    }
}
