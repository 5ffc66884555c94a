package io.saddle.lab.report;

import io.saddle.schema.Alert;
import io.saddle.schema.FidScore;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SnapshotWeights;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The records of one run that the topics have held so far. Written by the reader's thread, read by another. */
public final class FollowedRun {

    private final NavigableMap<Long, GradientSummary> summaries = new TreeMap<>();
    private final NavigableMap<Long, MultiplierUpdate> multipliers = new TreeMap<>();
    private final NavigableMap<Long, FidScore> scores = new TreeMap<>();
    private final List<Alert> alerts = new ArrayList<>();
    private RunStatus status;
    private boolean deleted;
    private final List<LossEstimate> estimates = new ArrayList<>();
    private final Map<Long, Instant> announced = new HashMap<>();
    private final Set<Long> copied = new TreeSet<>();
    private int snapshots;
    private ModelSnapshot finalModel;
    private final Map<Long, ModelSnapshot> averages = new HashMap<>();

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
        deleted = false;
    }

    /**
     * The run's status is gone from its topic.
     *
     * @param now whether that happened while it was followed: it may be a former run's of this name
     */
    synchronized void forgotten(boolean now) {
        status = null;
        deleted = now;
    }

    synchronized void add(LossEstimate estimate) {
        estimates.add(estimate);
    }

    synchronized void add(ModelSnapshot snapshot, Instant handedOver) {
        snapshots++;
        copied.add(snapshot.getStep());
        if (snapshot.getWeights() == SnapshotWeights.RAW) {
            announced.putIfAbsent(snapshot.getStep(), handedOver);
        } else {
            averages.put(snapshot.getStep(), snapshot);
        }
        if (snapshot.getLast()) {
            finalModel = snapshot;
        }
    }

    /** The run's newest status; empty before the first. */
    public synchronized Optional<RunStatus> status() {
        return Optional.ofNullable(status);
    }

    /** Whether the run was deleted, and none of its name was submitted since. */
    synchronized boolean isDeleted() {
        return deleted;
    }

    /** The score of the finished model. */
    public synchronized Optional<FidScore> finalScore() {
        return scores.values().stream().filter(FidScore::getLast).findFirst();
    }

    /** The finished model. */
    public synchronized Optional<ModelSnapshot> finalModel() {
        return Optional.ofNullable(finalModel);
    }

    /** The model of averaged weights after a primal step, which is what samples are drawn from; its files may be gone by now. */
    public synchronized Optional<ModelSnapshot> average(long step) {
        return Optional.ofNullable(averages.get(step));
    }

    /** One for each primal step, in their order. */
    public synchronized List<GradientSummary> summaries() {
        return List.copyOf(summaries.values());
    }

    /** One for each dual step, in their order. */
    public synchronized List<MultiplierUpdate> multipliers() {
        return List.copyOf(multipliers.values());
    }

    /** In the order of their steps. */
    public synchronized List<FidScore> scores() {
        return List.copyOf(scores.values());
    }

    /** In the order in which they came. */
    public synchronized List<Alert> alerts() {
        return List.copyOf(alerts);
    }

    /** In the order in which they came. */
    public synchronized List<LossEstimate> estimates() {
        return List.copyOf(estimates);
    }

    /** The number of snapshots so far. */
    public synchronized int snapshots() {
        return snapshots;
    }

    /** The moment at which the RAW snapshot of a step was first handed to the broker, by step. */
    public synchronized Map<Long, Instant> announced() {
        return Map.copyOf(announced);
    }

    /** The steps of which there was a snapshot. */
    public synchronized Set<Long> copied() {
        return Set.copyOf(copied);
    }
}
