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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
        JsonNode fork = reason.with(console).submit(YAML.writeValueAsString(specification(known, run)));
        String id = fork.path("runId").asText();
        out.println(id);
        notTaken(known, changes).ifPresent(err()::println);
        err().println("forked from " + run + "; follow it with './saddle run watch " + id + "'");
        return ExitCode.OK;
    }

    /** Constraints that are others now than the specification says, which is what a fork is made of. */
    static Optional<String> notTaken(JsonNode run, Map<String, String> changes) {
        Set<String> submitted = new HashSet<>();
        run.path("spec")
                .path("constraints")
                .forEach(one -> submitted.add(one.path("id").asText()));
        List<String> others = new ArrayList<>();
        for (JsonNode now : run.path("constraints")) {
            String id = now.path("constraintId").asText();
            boolean same = submitted.contains(id) && now.path("version").asInt() == 1;
            boolean shadow = now.path("state").asText().equals(ConstraintState.SHADOW.name());
            if (!same && !shadow && changes.keySet().stream().noneMatch(key -> isAbout(key, id))) {
                others.add(id);
            }
        }
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "warning: the fork has the constraints that the run was submitted with; changed since then, and"
                                + " not taken over: " + String.join(", ", others)
                                + " ('./saddle constraint list RUN' shows them; thresholds are changed by constraints.ID.threshold=...,"
                                + " others added to the fork and retired there by './saddle constraint')");
    }

    private static boolean isAbout(String key, String constraint) {
        return key.equals("constraints") || (key + ".").startsWith("constraints." + constraint + ".");
    }

    private ObjectNode specification(JsonNode known, String run) {
        if (!(known.path("spec") instanceof ObjectNode specification)) {
            throw new CommandException(ExitCode.FAILED, "the specification of run '" + run + "' cannot be read");
        }
        Map<String, String> labels = new TreeMap<>();
        known.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        List<Problem> problems = new ArrayList<>();
        ObjectNode fork = new Fork(run, model, keepsOptimizer, KeyValues.tree(changes))
                .specification(specification, labels, name, problems);
        if (!problems.isEmpty()) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    problems.stream()
                            .map(problem -> problem.toString().replaceFirst("^\\.", ""))
                            .collect(Collectors.joining(System.lineSeparator())));
        }
        return fork;
    }
}
