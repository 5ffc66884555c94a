package io.saddle.cli.verify;

import io.saddle.schema.AuditAction;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.FieldChange;
import io.saddle.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The changes of a run's constraints. The audit has every one for ever, of the definitions only the newest stay. */
final class ConstraintChanges {

    /** A definition's fields that a primal step is made of, and what the audit calls those that it has no room for. */
    private static final Set<String> TRAINED_ON = Set.of("kind", "data", "model", "parameters", "…");

    private static final String EVALUATOR = "evaluator";

    /** By key, in order. */
    private final Map<String, List<AuditEntry>> entries = new HashMap<>();

    /** Takes the next entry of the run's chain, whatever it is of. */
    void add(AuditEntry entry) {
        if (!entry.getTopic().equals(Topics.CONSTRAINTS.name())) {
            return;
        }
        if (entry.getAction() == AuditAction.DELETED) {
            entries.remove(entry.getKey());
        } else {
            entries.computeIfAbsent(entry.getKey(), key -> new ArrayList<>()).add(entry);
        }
    }

    /** True if every version is told of, and none since then has changed what the constraint is trained on. */
    boolean isTrainedOnAsItWas(Instant since, ConstraintDefinition newest) {
        List<AuditEntry> told =
                entries.getOrDefault(Topics.constraintKey(newest.getRunId(), newest.getConstraintId()), List.of());
        return told.size() == newest.getVersion()
                && told.stream()
                        .filter(entry -> entry.getAction() != AuditAction.CREATED
                                && entry.getAt().isAfter(since))
                        .noneMatch(entry -> changesTraining(entry, newest));
    }

    private static boolean changesTraining(AuditEntry entry, ConstraintDefinition newest) {
        return entry.getMoreChanges() > 0
                || entry.getChanges().stream()
                        .map(ConstraintChanges::field)
                        .anyMatch(field -> TRAINED_ON.contains(field)
                                // Whose name is the kind where the definition has none.
                                || newest.getKind() == null && field.equals(EVALUATOR));
    }

    /** Without the place in it: {@code data} of {@code data.classes[0].label}. */
    private static String field(FieldChange change) {
        return change.getField().split("[.\\[]", 2)[0];
    }
}
