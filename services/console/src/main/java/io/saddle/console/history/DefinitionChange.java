package io.saddle.console.history;

import io.saddle.run.dual.SignificantDigits;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.MultiplierHandover;

/** The change that a version of a constraint's definition makes, in words. Pure. */
final class DefinitionChange {

    private static final int SHOWN_DIGITS = 4;

    private DefinitionChange() {}

    /** @param before null for the first version that is known: those before it are compacted */
    static String inWords(ConstraintDefinition before, ConstraintDefinition now) {
        String id = now.getConstraintId();
        if (before == null && now.getVersion() > 1) {
            return state(now) + " (version " + now.getVersion() + ": measured by '" + now.getEvaluator()
                    + "', threshold " + shown(now.getThreshold()) + ")";
        }
        if (before == null || before.getState() == ConstraintState.RETIRED) {
            return now.getState() == ConstraintState.SHADOW
                    ? "'" + now.getEvaluator() + "' measures in the shadow of '"
                            + (now.getShadowOf() == null ? id : now.getShadowOf()) + "'"
                    : "'" + id + "' is required, measured by '" + now.getEvaluator() + "'";
        }
        if (before.getState() != now.getState()) {
            return state(now);
        }
        if (!before.getEvaluator().equals(now.getEvaluator())) {
            return "'" + id + "' is measured by '" + now.getEvaluator() + "' in place of '" + before.getEvaluator()
                    + "'" + (now.getMultiplierHandover() == MultiplierHandover.RESET ? ", multiplier reset" : "");
        }
        if (before.getThreshold() != now.getThreshold()) {
            return "threshold of '" + id + "' is " + shown(now.getThreshold()) + ", was "
                    + shown(before.getThreshold());
        }
        return "'" + id + "' is at version " + now.getVersion();
    }

    private static String state(ConstraintDefinition now) {
        String id = now.getConstraintId();
        return switch (now.getState()) {
            case ACTIVE -> "'" + id + "' is in force";
            case RETIRING -> "'" + id + "' is being retired, its multiplier decays";
            case RETIRED -> "'" + id + "' is retired";
            default -> "'" + id + "' is " + now.getState();
        };
    }

    private static String shown(double value) {
        return SignificantDigits.of(value, SHOWN_DIGITS);
    }
}
