package io.saddle.tracing;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Traces that go with the records: from a snapshot over its estimates and the dual step to the first primal step that takes the
 * multipliers. The W3C trace context stands in the records' headers; spans are named as OpenTelemetry's conventions for messaging
 * have it. Unless it was turned on, nothing here does anything: a disabled SDK of OpenTelemetry would still make up trace ids.
 */
public final class RecordTracing {

    private static final String SCOPE = "io.saddle";
    private static final TextMapSetter<Headers> SETTER = (headers, key, value) -> {
        headers.remove(key);
        headers.add(key, value.getBytes(StandardCharsets.UTF_8));
    };
    private static final TextMapGetter<Headers> GETTER = new FromHeaders();

    private static volatile boolean on;

    private RecordTracing() {}

    /** For a service whose OpenTelemetry sends what is traced. */
    public static void turnOn() {
        on = true;
    }

    /** The work that is traced. */
    public interface Work<X extends Exception> {
        void run() throws X;
    }

    /** Does {@code work} in a span that begins a trace. */
    public static <X extends Exception> void begin(String name, String runId, long step, Work<X> work) throws X {
        if (on) {
            in(
                    builder(name, runId)
                            .setNoParent()
                            .setAttribute("saddle.step", step)
                            .startSpan(),
                    work);
        } else {
            work.run();
        }
    }

    /** Does {@code work}, which a record of {@code topic} asked for, in the record's trace if it has one. */
    public static <X extends Exception> void process(String topic, String runId, Headers headers, Work<X> work)
            throws X {
        Optional<Span> span = follow("process", topic, runId, headers);
        if (span.isPresent()) {
            in(span.get(), work);
        } else {
            work.run();
        }
    }

    /**
     * A span in the trace of a record of {@code topic}, if it has one; whoever gets it ends it.
     *
     * @param operation what is done with the record
     */
    public static Optional<Span> follow(String operation, String topic, String runId, Headers headers) {
        if (!on) {
            return Optional.empty();
        }
        Context sender = propagator().extract(Context.root(), headers, GETTER);
        if (!Span.fromContext(sender).getSpanContext().isValid()) {
            return Optional.empty();
        }
        return Optional.of(builder(operation + " " + topic, runId)
                .setParent(sender)
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", topic)
                .setAttribute("messaging.operation.name", operation)
                .startSpan());
    }

    /** Headers for a record that belongs to the trace under way, if there is one. */
    public static Headers headers() {
        Headers headers = new RecordHeaders();
        if (on) {
            propagator().inject(Context.current(), headers, SETTER);
        }
        return headers;
    }

    private static <X extends Exception> void in(Span span, Work<X> work) throws X {
        try (Scope scope = span.makeCurrent()) {
            work.run();
        } catch (Exception e) {
            span.recordException(e).setStatus(StatusCode.ERROR);
            throw e;
        } finally {
            span.end();
        }
    }

    private static SpanBuilder builder(String name, String runId) {
        return GlobalOpenTelemetry.getTracer(SCOPE).spanBuilder(name).setAttribute("saddle.run", runId);
    }

    private static TextMapPropagator propagator() {
        return GlobalOpenTelemetry.getPropagators().getTextMapPropagator();
    }

    private static final class FromHeaders implements TextMapGetter<Headers> {
        @Override
        public Iterable<String> keys(Headers headers) {
            return Arrays.stream(headers.toArray()).map(Header::key).toList();
        }

        @Override
        public String get(Headers headers, String key) {
            Header header = headers == null ? null : headers.lastHeader(key);
            return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }
    }
}
