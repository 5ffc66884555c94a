package io.saddle.console;

import io.saddle.schema.MultiplierHandover;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The body of a change of a constraint; which of it is used depends on the change.
 *
 * @param version the definition's version that the change was made for; null: whichever is newest
 * @param by who asks, as he says; who proved a name goes by that
 * @param reason why
 * @param threshold set-threshold: the new one
 * @param evaluator shadow: who measures beside the evaluator in force
 * @param as shadow: its own name; null: ID.EVALUATOR
 * @param handover promote: KEEP (default) or RESET
 * @param decay retire: factor of the multiplier in each dual step, in (0, 1); null: 0 at once
 */
@Schema(
        description =
                "By and reason go with any change, and version where a lost race is to be a 409. Threshold takes threshold;"
                        + " shadow evaluator and, if it is to have another name, as; promote handover; retire decay.")
record ConstraintRequest(
        Integer version,
        String by,
        String reason,
        Double threshold,
        String evaluator,
        String as,
        MultiplierHandover handover,
        Double decay) {

    static final ConstraintRequest EMPTY = new ConstraintRequest(null, null, null, null, null, null, null, null);

    /** The same, asked by {@code somebody}. */
    ConstraintRequest by(String somebody) {
        return new ConstraintRequest(version, somebody, reason, threshold, evaluator, as, handover, decay);
    }
}
