package io.saddle.cli.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.training.ModelState;
import io.saddle.model.StoredCheckpoints;
import io.saddle.model.StoredSnapshots;
import io.saddle.model.training.Retraining;
import io.saddle.model.training.StateFiles;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;

/**
 * The proof that what a run has kept is what its steps came to: kept models are those that were announced, checkpoints those that were
 * written, and the steps from one checkpoint to the next, done again, come to the next one.
 */
final class RunProof {

    /** A trainer's own default, for records that do not say how many it were. */
    static final int USUAL_THREADS = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunRecords records;
    private final ArtifactStore store;
    private final String runId;
    private final int slots;
    private final String build;
    private final OptionalInt threads;
    private final Repetition repetition;
    private final List<String> good = new ArrayList<>();
    private final List<String> bad = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    /**
     * @param slots of the run; 1: it has none
     * @param build that does the steps again
     * @param threads that share a step; empty: as many as the records say
     */
    RunProof(
            RunRecords records,
            ArtifactStore store,
            String runId,
            int slots,
            String build,
            OptionalInt threads,
            Repetition repetition) {
        this.records = records;
        this.store = store;
        this.runId = runId;
        this.slots = slots;
        this.build = build;
        this.threads = threads;
        this.repetition = repetition;
    }

    /** Steps, done again with so many threads. */
    @FunctionalInterface
    interface Repetition {
        Retraining.Outcome of(ModelState from, List<Retraining.Step> steps, int threads) throws IOException;
    }

    /** From one kept checkpoint to the next. */
    record Stretch(long from, long to) {
        @Override
        public String toString() {
            return "steps " + (from + 1) + " to " + to;
        }
    }

    /** What agrees, in words. */
    List<String> good() {
        return good;
    }

    /** What does not. */
    List<String> bad() {
        return bad;
    }

    /** What cannot be told, and why. */
    List<String> unknown() {
        return unknown;
    }

    /**
     * The stretches that there are checkpoints of, in random order.
     *
     * @param seed of the order
     * @param longest steps; of a run with slots those of a round
     */
    List<Stretch> stretches(long seed, long longest) throws IOException {
        List<Long> steps = new StoredCheckpoints(store, runId).steps();
        List<Stretch> stretches = new ArrayList<>();
        for (int i = 1; i < steps.size(); i++) {
            Stretch stretch = new Stretch(steps.get(i - 1), steps.get(i));
            if (stretch.to() - stretch.from() <= longest) {
                stretches.add(stretch);
            } else {
                unknown.add(stretch
                        + (slots == 1
                                ? ": more than --most-steps"
                                : ": the checkpoint of a round between is not kept"));
            }
        }
        Collections.shuffle(stretches, new Random(seed));
        return stretches;
    }

    /**
     * Models in the store against their announcements. Those that are pruned are passed over; the finished one never is, though of two that
     * trainers have made of it one may go. Announcements go, too, in time, the finished model's last.
     *
     * @throws ArtifactException if the store does not answer, or is another one than theirs
     */
    void checkModels() throws IOException {
        int kept = 0;
        int gone = 0;
        boolean isFinishedKept = false;
        List<String> finished = new ArrayList<>();
        for (ModelSnapshot model : records.models().values()) {
            try {
                store.verified(model.getArtifact());
                kept++;
                isFinishedKept |= model.getLast();
            } catch (ArtifactException e) {
                String damage = damage(e);
                if (e.reason() != Reason.MISSING) {
                    bad.add("model " + damage);
                } else if (model.getLast()) {
                    finished.add("the finished model, of step " + model.getStep() + ": " + damage);
                } else {
                    gone++;
                }
            }
        }
        if (!isFinishedKept) {
            bad.addAll(finished);
        }
        if (kept > 0) {
            good.add(kept + " models are those that were announced"
                    + (gone == 0 ? "" : "; " + gone + " earlier ones are not kept any more"));
        }
        if (records.models().values().stream().noneMatch(ModelSnapshot::getLast) && hasFinishedModel()) {
            unknown.add("whether its models are those that were announced: " + Topics.SNAPSHOTS.name()
                    + " does not have the finished model's announcement, and keeps announcements for "
                    + Topics.SNAPSHOTS.retentionDays() + " days");
        }
    }

    /** Whether the run is one that has announced a finished model, as far as what is left of it tells. */
    private boolean hasFinishedModel() throws IOException {
        RunPhase phase = records.status().map(RunStatus::getPhase).orElse(RunPhase.UNKNOWN);
        boolean hasCheckpoint = records.status().map(RunStatus::getCheckpoint).isPresent();
        return switch (phase) {
            case COMPLETED -> true;
            // Before its first checkpoint it had no weights.
            case STOPPED -> hasCheckpoint;
            // Not every failure leaves one; while earlier ones' announcements are there, its own would be.
            case FAILED ->
                records.models().isEmpty()
                        && new StoredSnapshots(store, runId).newest().isPresent();
            default -> false;
        };
    }

    /** What is wrong with something that should be there, in words; any other trouble says nothing of it. */
    private static String damage(ArtifactException e) throws ArtifactException {
        if (e.reason() != Reason.MISSING && e.reason() != Reason.DAMAGED) {
            throw e;
        }
        return e.getMessage();
    }

    /**
     * The newest checkpoint against what the run's status says of it.
     *
     * @throws ArtifactException as {@link #checkModels}
     */
    void checkNewest() throws IOException {
        KeptCheckpoint kept = records.status().map(RunStatus::getCheckpoint).orElse(null);
        if (kept == null) {
            return;
        }
        try {
            store.verified(kept.getArtifact(), StoredCheckpoints.STATE);
            good.add("the checkpoint of step " + kept.getStep() + " is the one that was announced");
        } catch (ArtifactException e) {
            bad.add("the checkpoint of step " + kept.getStep() + ": " + damage(e));
        }
    }

    /** Does a stretch again. */
    void check(Stretch stretch) throws IOException {
        List<Retraining.Step> steps;
        try {
            steps = records.between(stretch.from(), stretch.to(), slots > 1);
        } catch (IllegalArgumentException e) {
            unknown.add(stretch + ": " + e.getMessage());
            return;
        }
        StepMakers makers = records.makers(stretch.from(), stretch.to());
        if (threads.isEmpty() && makers.threads().size() > 1) {
            unknown.add(stretch + ": made with different numbers of threads (" + makers.threads()
                    + "), and each sums in an order of its own");
            return;
        }
        StoredCheckpoints checkpoints = new StoredCheckpoints(store, runId);
        Optional<Path> begin = opened(checkpoints, stretch.from());
        Optional<Path> end = opened(checkpoints, stretch.to());
        if (begin.isEmpty() || end.isEmpty()) {
            return;
        }
        Optional<String> first = asWritten(begin.get(), stretch.from());
        Optional<String> last = asWritten(end.get(), stretch.to());
        if (first.isEmpty() || last.isEmpty()) {
            return;
        }
        Retraining.Outcome outcome;
        try (ModelState from = StateFiles.state(
                begin.get().resolve(StoredCheckpoints.STATE),
                stretch.from(),
                manifest(begin.get()).path("stepsBefore").asLong())) {
            int recorded = makers.threads().stream().findFirst().orElse(USUAL_THREADS);
            outcome = repetition.of(from, steps, threads.orElse(recorded));
        }
        compare(stretch, outcome, last.get(), makers);
    }

    /** A checkpoint's folder; empty if it is damaged, or went meanwhile. */
    private Optional<Path> opened(StoredCheckpoints checkpoints, long step) throws IOException {
        try {
            return Optional.of(store.open(checkpoints.at(step).orElseThrow()));
        } catch (ArtifactException e) {
            bad.add("the checkpoint of step " + step + ": " + damage(e));
            return Optional.empty();
        }
    }

    /** The hash of a checkpoint's state; empty if it is another one than was written. */
    private Optional<String> asWritten(Path checkpoint, long step) throws IOException {
        String written = manifest(checkpoint).path("sha256").asText();
        String found = Sha256.of(checkpoint.resolve(StoredCheckpoints.STATE));
        if (written.equals(found)) {
            return Optional.of(found);
        }
        bad.add("the checkpoint of step " + step + " in " + checkpoint
                + " is not the one that was written: its manifest says " + Sha256.shown(written));
        return Optional.empty();
    }

    private static JsonNode manifest(Path checkpoint) throws IOException {
        return JSON.readTree(checkpoint.resolve(StoredCheckpoints.MANIFEST).toFile());
    }

    private void compare(Stretch stretch, Retraining.Outcome outcome, String kept, StepMakers makers) {
        List<String> wrong = new ArrayList<>();
        for (int slot = 0; slot < outcome.slots().size(); slot++) {
            Map<String, Set<String>> said = records.slot(stretch.from(), slot);
            String mine = outcome.slots().get(slot);
            if (said.values().stream().anyMatch(hashes -> hashes.size() > 1)) {
                wrong.add("trainers came to different states of slot " + slot);
            } else if (!said.isEmpty() && said.values().stream().noneMatch(hashes -> hashes.contains(mine))) {
                wrong.add("slot " + slot + " comes to " + Sha256.shown(mine) + ", which no trainer said");
            }
        }
        if (!outcome.state().equals(kept)) {
            wrong.add("they come to " + Sha256.shown(outcome.state()) + ", the run to " + Sha256.shown(kept));
        }
        if (wrong.isEmpty()) {
            good.add(stretch + (slots == 1 ? "" : ", " + slots + " slots and their merge,")
                    + " come to the same, bit for bit (" + Sha256.shown(kept) + ")");
        } else if (makers.areNotOnly(build)) {
            unknown.add(stretch + ": " + String.join("; ", wrong) + "; they are of build "
                    + String.join(" and ", makers.builds()) + ", this is " + build
                    + ", and another build may come to other last bits: verify them with theirs");
        } else {
            bad.add(stretch + ": " + String.join("; ", wrong));
        }
    }
}
