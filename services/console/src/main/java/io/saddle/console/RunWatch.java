package io.saddle.console;

import io.saddle.console.Absences.Absence;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks after runs that have not ended: raises an alert where a run waits for somebody who is not there, and again whenever that
 * one has fallen silent anew, and retires constraints that have decayed to 0. Only time in which Kafka was heard counts.
 */
@ApplicationScoped
public class RunWatch implements ServiceComponent {

    private static final String SERVICE = "console";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Evaluators that start with the console announce themselves within this. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(15);

    private record Missing(String runId, String who) {}

    private final TopicFeed feed;
    private final ConstraintCommands commands;
    private final RecordWriter records;
    private final Clock clock;
    private final Absences absences;
    private final Overdue<Missing> overdue = new Overdue<>();
    private final Patience patience = new Patience();
    private PeriodicTask watch;

    public RunWatch(TopicFeed feed, ConstraintCommands commands, RecordWriter records, Clock clock) {
        this.feed = feed;
        this.commands = commands;
        this.records = records;
        this.clock = clock;
        this.absences = new Absences(feed);
    }

    @Override
    public void start() {
        watch = new PeriodicTask("run-watch", FIRST_LOOK, LOOK_EVERY, this::look);
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
        Map<Missing, Absence> missing = new LinkedHashMap<>();
        for (TrainingRun run : feed.tables().runs()) {
            if (isGoing(run.getRunId())) {
                finishRetirements(run.getRunId());
                absences.of(run).forEach(absence -> missing.put(new Missing(run.getRunId(), absence.who()), absence));
            }
        }
        patience.saw(feed.evaluators().names());
        Map<Missing, Duration> longest = new LinkedHashMap<>();
        missing.forEach((key, absence) -> longest.put(key, patience.of(absence.who(), absence.isService())));
        for (Missing key : overdue.look(longest, feed.listened())) {
            records.write(Topics.ALERTS, key.runId(), alert(key.runId(), missing.get(key)));
            overdue.said(key);
        }
    }

    private boolean isGoing(String runId) {
        return !RunPhases.isFinal(feed.views().phase(runId));
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

    private Alert alert(String runId, Absence absence) {
        List<String> constraints = absence.constraints();
        return Alert.newBuilder()
                .setRunId(runId)
                .setKind(absence.isService() ? AlertKind.OTHER : AlertKind.EVALUATOR_SILENT)
                .setSeverity(Severity.WARNING)
                .setMessage(absence.message())
                .setRemedy(absence.remedy())
                .setConstraintId(constraints.size() == 1 ? constraints.get(0) : null)
                .setService(SERVICE)
                .setRaisedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .build();
    }
}
