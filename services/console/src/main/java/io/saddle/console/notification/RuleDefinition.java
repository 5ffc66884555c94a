package io.saddle.console.notification;

import io.saddle.run.spec.LabelSelector;
import io.saddle.run.spec.Problem;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.NotificationRule;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What somebody wants to be told of. What is null or empty says nothing.
 *
 * @param runs which runs, executions and pipelines, '*' for any characters and '?' for one; null: all
 * @param labels conditions on a run's labels that must all hold
 * @param runPhases COMPLETED, STOPPED, FAILED
 * @param executionPhases SUCCEEDED, STOPPED, FAILED
 * @param violatedDualSteps dual steps that a constraint is violated
 * @param fidWorseThan the Frechet distance above which a model is told of
 * @param alertSeverity least severity of alerts: INFO, WARNING, ERROR
 */
public record RuleDefinition(
        String channel,
        String runs,
        List<String> labels,
        List<String> runPhases,
        List<String> executionPhases,
        Integer violatedDualSteps,
        Double fidWorseThan,
        String alertSeverity) {

    private static final String NAME = "[A-Za-z0-9_-]{1,64}";
    private static final int LONGEST_PATTERN = 200;
    private static final List<String> RUN_ENDS = Stream.of(RunPhase.COMPLETED, RunPhase.STOPPED, RunPhase.FAILED)
            .map(Enum::name)
            .toList();
    private static final List<String> EXECUTION_ENDS = Stream.of(
                    ExecutionPhase.SUCCEEDED, ExecutionPhase.STOPPED, ExecutionPhase.FAILED)
            .map(Enum::name)
            .toList();
    private static final List<String> SEVERITIES =
            Stream.of(Severity.values()).map(Enum::name).toList();

    public RuleDefinition {
        runs = runs == null || runs.isBlank() ? "*" : runs;
        labels = labels == null ? List.of() : List.copyOf(labels);
        runPhases = runPhases == null ? List.of() : List.copyOf(runPhases);
        executionPhases = executionPhases == null ? List.of() : List.copyOf(executionPhases);
    }

    public static RuleDefinition of(NotificationRule rule) {
        return new RuleDefinition(
                rule.getChannel(),
                rule.getRuns(),
                rule.getLabels(),
                rule.getRunPhases(),
                rule.getExecutionPhases(),
                rule.getViolatedDualSteps(),
                rule.getFidWorseThan(),
                rule.getAlertSeverity());
    }

    /** Every mistake but that of a channel that is not there. */
    public List<Problem> problems(String name) {
        List<Problem> problems = new ArrayList<>();
        if (!name.matches(NAME)) {
            problems.add(new Problem("name", "letters, digits, '_' and '-', at most 64; was '" + name + "'"));
        }
        if (channel == null || channel.isBlank()) {
            problems.add(new Problem("channel", "is required: where it is told"));
        }
        if (runs.length() > LONGEST_PATTERN) {
            problems.add(new Problem("runs", "at most " + LONGEST_PATTERN + " characters"));
        }
        List<Problem> selectors = new ArrayList<>();
        labels.forEach(label -> LabelSelector.parse(label, selectors));
        selectors.forEach(problem -> problems.add(new Problem("labels", problem.message())));
        oneOf("runPhases", runPhases, RUN_ENDS, problems);
        oneOf("executionPhases", executionPhases, EXECUTION_ENDS, problems);
        if (alertSeverity != null) {
            oneOf("alertSeverity", List.of(alertSeverity), SEVERITIES, problems);
        }
        if (violatedDualSteps != null && violatedDualSteps < 1) {
            problems.add(new Problem("violatedDualSteps", "must be at least 1, was " + violatedDualSteps));
        }
        if (fidWorseThan != null && !(fidWorseThan >= 0 && Double.isFinite(fidWorseThan))) {
            problems.add(new Problem("fidWorseThan", "must be a number of at least 0, was " + fidWorseThan));
        }
        if (saysNothing()) {
            problems.add(new Problem(
                    "",
                    "says nothing: give at least one of runPhases, executionPhases, violatedDualSteps, fidWorseThan"
                            + " and alertSeverity"));
        } else if (!labels.isEmpty() && isOfExecutionsAlone()) {
            problems.add(new Problem("labels", "executions have none, and the rule speaks of nothing else"));
        }
        return problems;
    }

    private boolean saysNothing() {
        return executionPhases.isEmpty() && isOfExecutionsAlone();
    }

    private boolean isOfExecutionsAlone() {
        return runPhases.isEmpty() && violatedDualSteps == null && fidWorseThan == null && alertSeverity == null;
    }

    private static void oneOf(String key, List<String> values, List<String> known, List<Problem> problems) {
        IntStream.range(0, values.size())
                .filter(i -> !known.contains(values.get(i)))
                .forEach(i -> problems.add(
                        new Problem(key, "must be " + String.join(", ", known) + ", was '" + values.get(i) + "'")));
    }

    /** @param createdAt when the rule was first made: what was before is not told of */
    public NotificationRule rule(String name, Instant createdAt, Instant now, String askedBy) {
        return NotificationRule.newBuilder()
                .setName(name)
                .setChannel(channel)
                .setRuns(runs)
                .setLabels(labels)
                .setRunPhases(runPhases)
                .setExecutionPhases(executionPhases)
                .setViolatedDualSteps(violatedDualSteps)
                .setFidWorseThan(fidWorseThan)
                .setAlertSeverity(alertSeverity)
                .setCreatedAt(createdAt)
                .setUpdatedAt(now)
                .setUpdatedBy(askedBy)
                .build();
    }
}
