package io.saddle.console.notification;

import io.saddle.console.notification.WatchedSubject.Score;
import io.saddle.console.notification.WatchedSubject.Violation;
import io.saddle.pipeline.execution.ExecutionPhases;
import io.saddle.run.RunPhases;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.FidScore;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.Notification;
import io.saddle.schema.NotificationRule;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds in a record what rules want told. Pure: whatever is known stands in the subject that it is given, and in the one that it returns. */
final class Observer {

    private final RuleBook book;
    private final Instant now;

    /** @param now by which notifications are dated */
    Observer(RuleBook book, Instant now) {
        this.book = book;
        this.now = now;
    }

    /** A run ends once; its status may be said again. */
    Observation status(WatchedSubject seen, RunStatus status) {
        if (status.getPhase() == seen.phase()) {
            return new Observation(seen, List.of());
        }
        boolean ends = RunPhases.isFinal(status.getPhase()) && !isOver(seen);
        return new Observation(
                seen.withPhase(status.getPhase()),
                ends
                        ? told(
                                Occurrences.runEnded(status),
                                rule -> rule.getRunPhases()
                                        .contains(status.getPhase().name()))
                        : List.of());
    }

    private static boolean isOver(WatchedSubject seen) {
        return seen.phase() != null && RunPhases.isFinal(seen.phase());
    }

    /** An execution ends once a round. */
    Observation execution(WatchedSubject seen, ExecutionStatus status) {
        ExecutionPhase phase = status.getPhase();
        String end = status.getRound() + "-" + phase;
        if (!ExecutionPhases.isFinal(phase) || end.equals(seen.executionEnd())) {
            return new Observation(seen, List.of());
        }
        return new Observation(
                seen.withExecutionEnd(end),
                told(
                        Occurrences.executionEnded(status),
                        rule -> rule.getExecutionPhases().contains(phase.name())));
    }

    /**
     * Dual steps one after the other in which a constraint is violated are counted from the first one on, whichever rules there were; a
     * rule speaks once of them. A step that does not move a constraint (ASYNC) neither counts nor ends them.
     */
    Observation dualStep(WatchedSubject seen, MultiplierUpdate update) {
        if (update.getDualStep() <= seen.dualStep()) {
            return new Observation(seen, List.of());
        }
        Map<String, Violation> underWay = new TreeMap<>();
        List<Notification> notifications = new ArrayList<>();
        for (ConstraintMultiplier constraint : update.getConstraints()) {
            Violation before = seen.violations().get(constraint.getConstraintId());
            Violation after = after(before, constraint, update.getDualStep());
            if (after != null && after != before) {
                for (Notification told : violated(update, constraint, after)) {
                    notifications.add(told);
                    after = after.toldBy(mark(told.getRule()));
                }
            }
            if (after != null) {
                underWay.put(constraint.getConstraintId(), after);
            }
        }
        return new Observation(seen.withViolations(update.getDualStep(), underWay), notifications);
    }

    private static Violation after(Violation before, ConstraintMultiplier constraint, long dualStep) {
        Double slack = constraint.getSlack();
        if (slack == null || constraint.getLoss() == null) {
            return before;
        }
        if (slack >= 0) {
            return null;
        }
        return (before == null ? new Violation(dualStep, 0, Set.of()) : before).next();
    }

    private List<Notification> violated(MultiplierUpdate update, ConstraintMultiplier constraint, Violation violation) {
        return told(
                Occurrences.violated(update, constraint, violation),
                rule -> rule.getViolatedDualSteps() != null
                        && violation.dualSteps() >= rule.getViolatedDualSteps()
                        && !violation.told().contains(mark(rule))
                        // As an earlier release kept it.
                        && !violation.told().contains(rule.getName()));
    }

    private String mark(String rule) {
        return book.rules().stream()
                .filter(known -> known.getName().equals(rule))
                .map(Observer::mark)
                .findFirst()
                .orElse(rule);
    }

    /** One that was removed and made anew is another one, which has not spoken yet. */
    private static String mark(NotificationRule rule) {
        return rule.getName() + "@" + rule.getCreatedAt().toEpochMilli();
    }

    /**
     * A model is told of when the one before it was good enough under the same network, or when it is the finished one: early
     * models are all bad, and the distances of different networks do not compare.
     */
    Observation score(WatchedSubject seen, FidScore score) {
        Score before = seen.score();
        Score now = new Score(score.getStep(), score.getLast(), score.getFid(), score.getFeatureExtractor());
        if (before != null && before.isOf(now)) {
            return new Observation(seen, List.of());
        }
        return new Observation(
                seen.withScore(now),
                told(
                        Occurrences.judged(score),
                        rule -> rule.getFidWorseThan() != null
                                && now.fid() > rule.getFidWorseThan()
                                && (now.last()
                                        || before != null
                                                && before.isUnder(now.network())
                                                && before.fid() <= rule.getFidWorseThan())));
    }

    /**
     * Of a notification that could not be delivered none is told: it would go the same way.
     *
     * @param place of its record, which tells it from equal ones
     */
    List<Notification> alert(Alert alert, String place) {
        if (alert.getKind() == AlertKind.NOTIFICATION_FAILED) {
            return List.of();
        }
        return told(
                Occurrences.alert(alert, place),
                rule -> Stream.of(Severity.values())
                        .filter(least -> least.name().equals(rule.getAlertSeverity()))
                        .anyMatch(least -> alert.getSeverity().compareTo(least) >= 0));
    }

    private List<Notification> told(Occurrence occurrence, Predicate<NotificationRule> wants) {
        Stream<NotificationRule> rules = book.rules().stream().filter(wants);
        return rules.filter(rule -> RuleScope.holds(
                        rule, occurrence, occurrence.runId() == null ? Map.of() : book.labels(occurrence.runId()), now))
                .map(rule -> occurrence.toldBy(rule, now))
                .toList();
    }
}
