package io.saddle.demo;

import io.saddle.schema.Alert;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What the topics have said of one run so far. Written by the reader's thread, read by another. */
final class RunHistory {

    private final NavigableMap<Long, GradientSummary> summaries = new TreeMap<>();
    private final NavigableMap<Long, MultiplierUpdate> multipliers = new TreeMap<>();
    private final NavigableMap<Long, FidScore> scores = new TreeMap<>();
    private final List<Alert> alerts = new ArrayList<>();
    private RunStatus status;
    private int estimates;
    private int snapshots;

    synchronized void add(GradientSummary summary) {
        summaries.put(summary.getStep(), summary);
    }

    synchronized void add(MultiplierUpdate update) {
        multipliers.put(update.getDualStep(), update);
    }

    synchronized void add(FidScore score) {
        scores.put(score.getStep(), score);
    }

    synchronized void add(Alert alert) {
        alerts.add(alert);
    }

    synchronized void add(RunStatus now) {
        status = now;
    }

    synchronized void addEstimate() {
        estimates++;
    }

    synchronized void addSnapshot() {
        snapshots++;
    }

    synchronized Optional<RunStatus> status() {
        return Optional.ofNullable(status);
    }

    /** The score of the finished model. */
    synchronized Optional<FidScore> finalScore() {
        return scores.values().stream().filter(FidScore::getLast).findFirst();
    }

    synchronized List<GradientSummary> summaries() {
        return List.copyOf(summaries.values());
    }

    synchronized List<MultiplierUpdate> multipliers() {
        return List.copyOf(multipliers.values());
    }

    synchronized List<FidScore> scores() {
        return List.copyOf(scores.values());
    }

    synchronized List<Alert> alerts() {
        return List.copyOf(alerts);
    }

    synchronized int estimates() {
        return estimates;
    }

    synchronized int snapshots() {
        return snapshots;
    }
}
