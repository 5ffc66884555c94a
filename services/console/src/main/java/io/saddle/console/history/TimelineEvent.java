package io.saddle.console.history;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Something that happened to a run, for its timeline.
 *
 * @param kind alert, constraint, checkpoint, run or judged
 * @param step the primal step, where one is known
 * @param severity of an alert; null otherwise
 * @param constraint where it concerns one; null otherwise
 * @param text what happened, in words
 * @param more what to do, or why it was done; null where there is nothing to say
 */
public record TimelineEvent(
        Instant at,
        String kind,
        @Schema(nullable = true) Long step,
        @Schema(nullable = true) String severity,
        @Schema(nullable = true) String constraint,
        String text,
        @Schema(nullable = true) String more) {}
