package io.saddle.primaltrainer.multipliers;

import io.opentelemetry.api.trace.Span;
import io.saddle.kafka.Received;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.tracing.RecordTracing;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The end of traces: a span from the arrival of a multiplier vector to the end of the first step that took it, or a later one.
 * Written by the reader's thread, ended by the trainer's.
 */
public final class MultiplierTraces {

    private final NavigableMap<Long, Span> waiting = new ConcurrentSkipListMap<>();
    private volatile long applied;

    /** @param applied dual step whose vector is in use: it and those before are history */
    public MultiplierTraces(long applied) {
        this.applied = applied;
    }

    public void arrived(Received<MultiplierUpdate> update) {
        long dualStep = update.value().getDualStep();
        if (dualStep > applied) {
            RecordTracing.follow("apply", update.topic(), update.key(), update.headers())
                    .map(span -> span.setAttribute("saddle.dual_step", dualStep))
                    .ifPresent(span -> waiting.put(dualStep, span));
        }
    }

    /** A step has taken the vector of {@code dualStep}. */
    public void applied(long dualStep) {
        applied = dualStep;
        if (waiting.isEmpty()) {
            return;
        }
        Iterator<Map.Entry<Long, Span>> done =
                waiting.headMap(dualStep, true).entrySet().iterator();
        while (done.hasNext()) {
            Map.Entry<Long, Span> next = done.next();
            done.remove();
            next.getValue().setAttribute("saddle.superseded", next.getKey() < dualStep);
            next.getValue().end();
        }
    }
}
