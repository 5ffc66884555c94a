package io.saddle.console;

import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Severity;
import io.saddle.service.AlertLog;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Raises alerts of what the console does by itself, and writes them. {@link AlertLog} counts one once: one that Kafka did not take is
 * written the next time that it is raised.
 */
@ApplicationScoped
public class AlertWriter {

    private final AlertLog alerts;
    private final RecordWriter records;
    private final Map<String, Alert> unwritten = new ConcurrentHashMap<>();

    public AlertWriter(AlertLog alerts, RecordWriter records) {
        this.alerts = alerts;
        this.records = records;
    }

    /**
     * Raises an alert of a run.
     *
     * @param what makes alerts of the run equal
     * @throws Refusal see {@link RecordWriter#write}
     */
    void ofRun(String runId, String what, Severity severity, String message, String remedy) {
        write(runId, what, alerts.raise(what, runId, AlertKind.OTHER, severity, message, remedy, null));
    }

    /**
     * Raises an alert of what concerns every run.
     *
     * @param what makes alerts equal
     * @throws Refusal see {@link RecordWriter#write}
     */
    void ofNoRun(String what, Severity severity, String message, String remedy) {
        ofRun("", what, severity, message, remedy);
    }

    /**
     * Raises an alert of an execution.
     *
     * @param what makes alerts equal
     * @throws Refusal see {@link RecordWriter#write}
     */
    void ofExecution(String executionId, String what, Severity severity, String message, String remedy) {
        write(
                executionId,
                what,
                alerts.raise(what, "", AlertKind.OTHER, severity, message, remedy, null)
                        .map(alert -> Alert.newBuilder(alert)
                                .setExecutionId(executionId)
                                .build()));
    }

    private void write(String key, String what, Optional<Alert> raised) {
        String place = key + " " + what;
        raised.ifPresent(alert -> unwritten.put(place, alert));
        Alert alert = unwritten.get(place);
        if (alert != null) {
            records.write(Topics.ALERTS, key, alert, () -> unwritten.remove(place, alert));
        }
    }
}
