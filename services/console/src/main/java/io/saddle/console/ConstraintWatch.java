package io.saddle.console;

import io.saddle.run.RunPhases;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.service.PeriodicTask;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Looks after the constraints of runs that have not ended: raises an alert where nobody offers the evaluator that a definition
 * names, at once and again whenever it has fallen silent anew, and retires what has decayed to 0.
 */
@ApplicationScoped
public class ConstraintWatch implements ServiceComponent {

    private static final String SERVICE = "console";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Evaluators that start with the console announce themselves within this. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(15);

    private record Missing(String runId, String evaluator) {}

    private final TopicFeed feed;
    private final ConstraintCommands commands;
    private final RecordWriter records;
    private final Clock clock;
    private final Set<Missing> said = new HashSet<>();
    private PeriodicTask watch;

    public ConstraintWatch(TopicFeed feed, ConstraintCommands commands, RecordWriter records, Clock clock) {
        this.feed = feed;
        this.commands = commands;
        this.records = records;
        this.clock = clock;
    }

    @Override
    public void start() {
        watch = new PeriodicTask("constraint-watch", FIRST_LOOK, LOOK_EVERY, this::look);
    }

    @Override
    public void stop() {
        watch.close();
    }

    /** After the tables, which it looks at. */
    @Override
    public int order() {
        return 1;
    }

    private void look() {
        Map<Missing, Set<String>> missing = new LinkedHashMap<>();
        for (TrainingRun run : feed.tables().runs()) {
            if (isGoing(run.getRunId())) {
                finishRetirements(run.getRunId());
                silent(run.getRunId())
                        .forEach((evaluator, ids) -> missing.put(new Missing(run.getRunId(), evaluator), ids));
            }
        }
        said.retainAll(missing.keySet());
        missing.forEach((key, ids) -> {
            if (!said.contains(key)) {
                records.write(Topics.ALERTS, key.runId(), alert(key, ids));
                said.add(key);
            }
        });
    }

    private boolean isGoing(String runId) {
        return !RunPhases.isFinal(feed.views().phase(runId));
    }

    /** The run's constraints that nobody offers to measure, by the evaluator that they name. */
    private Map<String, Set<String>> silent(String runId) {
        return feed.tables().constraints(runId).stream()
                .filter(definition -> definition.getState() != ConstraintState.RETIRED)
                .filter(definition -> !feed.evaluators().offers(definition))
                .collect(Collectors.groupingBy(
                        ConstraintDefinition::getEvaluator,
                        TreeMap::new,
                        Collectors.mapping(
                                ConstraintDefinition::getConstraintId, Collectors.toCollection(TreeSet::new))));
    }

    private void finishRetirements(String runId) {
        List<ConstraintDefinition> retiring = feed.tables().constraints(runId).stream()
                .filter(definition -> definition.getState() == ConstraintState.RETIRING)
                .toList();
        for (ConstraintDefinition definition : retiring) {
            if (feed.views()
                    .multipliers(runId)
                    .filter(update -> hasLeft(update, definition))
                    .isPresent()) {
                commands.finishRetirement(definition);
            }
        }
    }

    private static boolean hasLeft(MultiplierUpdate update, ConstraintDefinition definition) {
        return update.getConstraints().stream()
                .anyMatch(row -> row.getConstraintId().equals(definition.getConstraintId())
                        && row.getVersion() == definition.getVersion()
                        && row.getAfter() == 0);
    }

    private Alert alert(Missing missing, Set<String> ids) {
        String constraints = ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", "));
        return Alert.newBuilder()
                .setRunId(missing.runId())
                .setKind(AlertKind.EVALUATOR_SILENT)
                .setSeverity(Severity.WARNING)
                .setMessage("nobody offers the evaluator '" + missing.evaluator() + "' for the kind of " + constraints)
                .setRemedy("start it, or name one that is there: "
                        + feed.evaluators().present().stream()
                                .flatMap(announcement -> announcement.getEvaluators().stream())
                                .map(offered -> offered.getName())
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", ")))
                .setConstraintId(ids.size() == 1 ? ids.iterator().next() : null)
                .setService(SERVICE)
                .setRaisedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
    }
}
