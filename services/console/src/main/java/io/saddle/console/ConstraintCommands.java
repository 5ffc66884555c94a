package io.saddle.console;

import io.saddle.console.history.RunHistories;
import io.saddle.model.SubmissionCheck;
import io.saddle.run.dual.DualRule;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.run.spec.ConstraintRules;
import io.saddle.run.spec.Identifiers;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.SlotResultSize;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.ThresholdKind;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Changes constraints of runs that train. Each change is a new version of one definition, written when it returns; who reads
 * saddle.constraints acts on it.
 */
@ApplicationScoped
public class ConstraintCommands {

    private final TopicFeed feed;
    private final RunCommands runs;
    private final RecordWriter records;
    private final Clock clock;
    private final RunSpecParser parser;
    private final SubmissionCheck check;
    private final RunHistories histories;

    public ConstraintCommands(
            TopicFeed feed,
            RunCommands runs,
            RecordWriter records,
            Clock clock,
            RunSpecParser parser,
            SubmissionCheck check,
            RunHistories histories) {
        this.histories = histories;
        this.parser = parser;
        this.check = check;
        this.feed = feed;
        this.runs = runs;
        this.records = records;
        this.clock = clock;
    }

    /**
     * Adds a constraint to a run, or defines a retired one anew.
     *
     * @param yaml one constraint, in the words of a run specification
     * @param folder of its file, which relative paths are relative to; null: not known
     * @throws Refusal if it has mistakes, with every one; if it does not fit its data, or a constraint of this name is in force
     */
    ConstraintDefinition add(String runId, String yaml, Path folder, String by, String why) {
        // Data and models are read, from a store that may be slow: nobody who changes another constraint waits for
        // that.
        RunSpec spec = parser.fromJson(runs.going(runId).getSpec());
        RunSpec.Constraint constraint = read(spec, yaml, folder);
        List<Problem> problems = new ArrayList<>(check.check(spec, constraint));
        runs.deletedModel("model", constraint.model()).ifPresent(problems::add);
        if (!problems.isEmpty()) {
            throw Refusal.invalid("the constraint does not fit its data or the network", problems);
        }
        return add(spec, constraint, by, why);
    }

    private RunSpec.Constraint read(RunSpec spec, String yaml, Path folder) {
        try {
            return parser.parseConstraint(spec, "constraint", yaml, folder);
        } catch (InvalidRunSpecException e) {
            throw Refusal.invalid("the constraint has mistakes", e.problems());
        }
    }

    private synchronized ConstraintDefinition add(RunSpec spec, RunSpec.Constraint constraint, String by, String why) {
        String runId = runs.going(spec.name()).getRunId();
        ConstraintDefinition first = new Submissions(parser, clock).definition(spec, constraint, by);
        Optional<ConstraintDefinition> before = feed.tables().constraint(runId, constraint.id());
        if (before.isPresent() && before.get().getState() != ConstraintState.RETIRED) {
            throw Refusal.conflict("run '" + runId + "' has a constraint '" + constraint.id() + "' ("
                    + before.get().getState() + "); retire it first, or choose another id");
        }
        requireRoom(spec, constraint.id());
        ConstraintChange change = change(by, why);
        ConstraintDefinition added =
                before.map(retired -> change.again(retired, first)).orElseGet(() -> change.added(first));
        return runs.undisturbed(() -> {
            runs.deletedModel("model", constraint.model()).ifPresent(gone -> {
                throw Refusal.invalid("the constraint's model is going", List.of(gone));
            });
            return put(added);
        });
    }

    /** Of what is measured beside it, since it may come into force without another look. */
    private void requireRoom(RunSpec spec, String added) {
        Set<String> ids = feed.tables().constraints(spec.name()).stream()
                .filter(there -> there.getState() != ConstraintState.RETIRED && there.getShadowOf() == null)
                .map(ConstraintDefinition::getConstraintId)
                .collect(Collectors.toCollection(TreeSet::new));
        ids.add(added);
        SlotResultSize.tooMany(spec, ids).ifPresent(wrong -> {
            throw Refusal.invalid(
                    "the run has no room for another constraint", List.of(new Problem("training.slots", wrong)));
        });
    }

    /** Another threshold, in the terms of the definition: b, or delta where it is relative. The constraint's shadows get it too. */
    synchronized ConstraintDefinition setThreshold(String runId, String id, ConstraintRequest request) {
        ConstraintDefinition before = inForce(runId, id, request);
        Double threshold = request.threshold();
        if (threshold == null || !(threshold >= 0) || !Double.isFinite(threshold)) {
            throw invalid("threshold", "is required, a number >= 0" + (threshold == null ? "" : ", was " + threshold));
        }
        ConstraintRules.unfitThreshold(ConstraintKinds.of(before), threshold).ifPresent(wrong -> {
            throw invalid("threshold", wrong);
        });
        if (before.getShadowOf() != null) {
            throw Refusal.conflict("'" + id + "' is the shadow of '" + before.getShadowOf()
                    + "', which has the threshold; set it there");
        }
        ConstraintChange change = change(request);
        ConstraintDefinition changed = put(change.threshold(before, threshold));
        shadows(before).stream()
                .filter(shadow -> Requirement.differences(before, shadow).isEmpty())
                .forEach(shadow -> put(change.threshold(shadow, threshold)));
        return changed;
    }

    /** Lets another evaluator measure the same requirement beside the one in force. */
    synchronized ConstraintDefinition shadow(String runId, String id, ConstraintRequest request) {
        ConstraintDefinition target = active(inForce(runId, id, request), "only what is in force has a shadow");
        String evaluator = request.evaluator();
        if (evaluator == null || !Identifiers.PATTERN.matcher(evaluator).matches()) {
            throw invalid(
                    "evaluator",
                    "is required: the name of the evaluator that is to measure beside '" + target.getEvaluator() + "'");
        }
        ConstraintRules.otherEvaluator(ConstraintKinds.of(target), evaluator).ifPresent(wrong -> {
            throw invalid("evaluator", wrong);
        });
        String shadowId = request.as() == null ? shortened(id + "." + evaluator) : request.as();
        if (!Identifiers.PATTERN.matcher(shadowId).matches()) {
            throw invalid("as", "must match " + Identifiers.PATTERN + ", was '" + shadowId + "'");
        }
        ConstraintDefinition old = feed.tables().constraint(runId, shadowId).orElse(null);
        if (old != null && old.getState() != ConstraintState.RETIRED) {
            throw Refusal.conflict("run '" + runId + "' has a constraint '" + shadowId + "' (" + old.getState()
                    + "); retire it, or name the shadow otherwise");
        }
        return put(change(request).shadow(target, shadowId, evaluator, old));
    }

    /**
     * A shadow takes the place of its constraint, or a requirement on trial becomes one.
     *
     * @return what is in force now
     */
    synchronized ConstraintDefinition promote(String runId, String id, ConstraintRequest request) {
        ConstraintDefinition shadow = inForce(runId, id, request);
        if (shadow.getState() != ConstraintState.SHADOW) {
            throw Refusal.conflict("constraint '" + id + "' is " + shadow.getState() + ", no shadow to promote");
        }
        MultiplierHandover handover = request.handover() == null ? MultiplierHandover.KEEP : request.handover();
        ConstraintChange change = change(request);
        if (shadow.getShadowOf() == null) {
            requireMeasured(shadow);
            return put(change.activated(shadow, handover));
        }
        ConstraintDefinition target = feed.tables()
                .constraint(runId, shadow.getShadowOf())
                .orElseThrow(
                        () -> Refusal.conflict("run '" + runId + "' has no constraint '" + shadow.getShadowOf() + "'"));
        active(target, "retire its shadow too");
        requireSame(target, shadow);
        requireMeasured(shadow);
        // Should this end between the two: the shadow stays beside what has taken over from it, and is shown as that.
        ConstraintDefinition promoted = put(change.promoted(target, shadow, handover));
        put(change.retired(shadow, null));
        return promoted;
    }

    /** An id may have been defined anew: a loss of what it was before would be held against the threshold of what it is now. */
    private static void requireSame(ConstraintDefinition target, ConstraintDefinition shadow) {
        List<String> differences = Requirement.differences(target, shadow);
        if (!differences.isEmpty()) {
            throw Refusal.conflict("'" + shadow.getConstraintId() + "' measures another "
                    + String.join(", ", differences) + " than '" + target.getConstraintId() + "' has now; retire '"
                    + shadow.getConstraintId() + "' and make a new shadow: './saddle constraint shadow "
                    + target.getRunId() + " " + target.getConstraintId() + " --evaluator " + shadow.getEvaluator()
                    + "'");
        }
    }

    /**
     * What was never measured would move its multiplier by nothing that anybody has seen, or never; what is no number ends the run. The
     * trainer measures what is in force alone.
     */
    private void requireMeasured(ConstraintDefinition shadow) {
        if (ConstraintKinds.of(shadow).equals(ConstraintKinds.MINIBATCH_LOSS)) {
            return;
        }
        Optional<LossEstimate> estimate = histories
                .find(shadow.getRunId())
                .flatMap(history -> history.newestEstimate(shadow.getConstraintId(), shadow.getEvaluator()))
                .filter(newest -> newest.getConstraintVersion() == shadow.getVersion());
        Optional<String> wrong =
                estimate.isPresent() ? unusable(shadow, estimate.get()) : Optional.of(unmeasured(shadow));
        wrong.ifPresent(why -> {
            if (!histories.isComplete()) {
                throw Refusal.unavailable("how '" + shadow.getConstraintId()
                        + "' was measured is still being read; ask again in a while");
            }
            throw Refusal.conflict(why);
        });
    }

    private String unmeasured(ConstraintDefinition shadow) {
        String id = shadow.getConstraintId();
        return "'" + id + "' was never measured by '" + shadow.getEvaluator() + "' in its version "
                + shadow.getVersion() + ", so nobody knows what promoting it would do. "
                + (feed.evaluators().offers(shadow)
                        ? "Wait for its first estimate: './saddle constraint list " + shadow.getRunId() + "' shows it"
                        : "Nobody offers that evaluator: start it ('./saddle evaluators' shows those that are"
                                + " there), or retire '" + id + "'");
    }

    /** Why no dual step could be made of an estimate; empty if one can. */
    private static Optional<String> unusable(ConstraintDefinition shadow, LossEstimate estimate) {
        boolean relative = shadow.getThresholdKind() != ThresholdKind.ABSOLUTE;
        Double reference = estimate.getThresholdReference();
        String id = shadow.getConstraintId();
        if (relative && reference == null) {
            return Optional.of(
                    "no dual step can be made of what '" + id + "' measures: its estimates lack the"
                            + " reference that a relative threshold counts from (thresholdReference). Retire it, and shadow"
                            + " with an evaluator that knows relative thresholds, or add the constraint anew with an absolute one");
        }
        if (!DualRule.isUsable(estimate.getLoss())
                || relative && !DualRule.isUsable(reference * (1 + shadow.getThreshold()))) {
            return Optional.of("no dual step can be made of what '" + id
                    + "' measures: its estimates are not finite, or over 1e15. See the log of '" + shadow.getEvaluator()
                    + "', and promote when another one has come, or retire '" + id + "'");
        }
        return Optional.empty();
    }

    /** The requirement ends, and with it its shadows; its multiplier goes to 0 at once or step by step. */
    synchronized ConstraintDefinition retire(String runId, String id, ConstraintRequest request) {
        ConstraintDefinition before = inForce(runId, id, request);
        Double decay = request.decay();
        if (decay != null && !(decay > 0 && decay < 1)) {
            throw invalid(
                    "decay", "must be within 0 < decay < 1, was " + decay + "; left out, the multiplier is 0 at once");
        }
        boolean decays = before.getState() == ConstraintState.ACTIVE || before.getState() == ConstraintState.RETIRING;
        ConstraintChange change = change(request);
        // Shadows first: should this end between two, none is left of what is retired.
        shadows(before).forEach(shadow -> put(change.retired(shadow, null)));
        return put(change.retired(before, decays ? decay : null));
    }

    private List<ConstraintDefinition> shadows(ConstraintDefinition target) {
        return feed.tables().constraints(target.getRunId()).stream()
                .filter(definition -> definition.getState() == ConstraintState.SHADOW
                        && target.getConstraintId().equals(definition.getShadowOf()))
                .toList();
    }

    /** Ends what has decayed to 0. */
    synchronized void finishRetirement(ConstraintDefinition seen) {
        Optional<ConstraintDefinition> now = feed.tables().constraint(seen.getRunId(), seen.getConstraintId());
        if (now.isPresent()
                && now.get().getVersion() == seen.getVersion()
                && now.get().getState() == ConstraintState.RETIRING) {
            put(change("console", "its multiplier has decayed to 0").retired(now.get(), null));
        }
    }

    private ConstraintDefinition inForce(String runId, String id, ConstraintRequest request) {
        runs.going(runId);
        ConstraintDefinition now = feed.tables()
                .constraint(runId, id)
                .orElseThrow(() -> Refusal.noConstraint(runId, id, feed.tables().constraints(runId)));
        if (request.version() != null && request.version() != now.getVersion()) {
            throw Refusal.conflict("constraint '" + id + "' is at version " + now.getVersion() + " (by "
                    + now.getUpdatedBy() + "), the change was made for version " + request.version()
                    + "; look at it again");
        }
        if (now.getState() == ConstraintState.RETIRED) {
            throw Refusal.conflict("constraint '" + id + "' is retired; 'add' defines it anew");
        }
        return now;
    }

    private static ConstraintDefinition active(ConstraintDefinition definition, String remedy) {
        if (definition.getState() != ConstraintState.ACTIVE) {
            throw Refusal.conflict(
                    "constraint '" + definition.getConstraintId() + "' is " + definition.getState() + "; " + remedy);
        }
        return definition;
    }

    private ConstraintDefinition put(ConstraintDefinition definition) {
        records.write(
                Topics.CONSTRAINTS,
                Topics.constraintKey(definition.getRunId(), definition.getConstraintId()),
                definition,
                () -> feed.tables().put(definition));
        return definition;
    }

    private ConstraintChange change(ConstraintRequest request) {
        return change(request.by(), request.reason());
    }

    private ConstraintChange change(String by, String why) {
        return new ConstraintChange(
                by == null ? "rest" : by, why, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private static Refusal invalid(String path, String message) {
        return Refusal.invalid("the change is not complete", List.of(new Problem(path, message)));
    }

    private static String shortened(String id) {
        return id.length() <= Identifiers.LONGEST ? id : id.substring(0, Identifiers.LONGEST);
    }
}
