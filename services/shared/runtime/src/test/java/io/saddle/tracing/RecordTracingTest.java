package io.saddle.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RecordTracingTest {

    private static final String TOPIC = "saddle.snapshots";

    @RegisterExtension
    static final OpenTelemetryExtension OTEL = OpenTelemetryExtension.create();

    @BeforeAll
    static void turnOn() {
        RecordTracing.turnOn();
    }

    @Test
    void whatARecordAskedForIsAChildOfWhatSentIt() {
        List<Headers> sent = new ArrayList<>();
        RecordTracing.begin("snapshot", "run", 40, () -> sent.add(RecordTracing.headers()));
        RecordTracing.process(TOPIC, "run", sent.get(0), () -> sent.add(RecordTracing.headers()));
        RecordTracing.follow("apply", "saddle.multipliers", "run", sent.get(1))
                .orElseThrow()
                .end();

        List<SpanData> spans = OTEL.getSpans();
        assertEquals(
                List.of("snapshot", "process saddle.snapshots", "apply saddle.multipliers"),
                spans.stream().map(SpanData::getName).toList());
        for (int i = 1; i < spans.size(); i++) {
            assertEquals(spans.get(0).getTraceId(), spans.get(i).getTraceId());
            assertEquals(spans.get(i - 1).getSpanId(), spans.get(i).getParentSpanId());
            assertEquals(SpanKind.CONSUMER, spans.get(i).getKind());
        }
    }

    @Test
    void aRecordWithoutATraceBeginsNone() {
        List<Integer> headers = new ArrayList<>();
        RecordTracing.process(
                TOPIC,
                "run",
                new RecordHeaders(),
                () -> headers.add(RecordTracing.headers().toArray().length));
        Headers nonsense = new RecordHeaders().add("traceparent", "no trace".getBytes(StandardCharsets.UTF_8));
        RecordTracing.process(TOPIC, "run", nonsense, () -> headers.add(0));

        assertEquals(List.of(0, 0), headers);
        assertEquals(List.of(), OTEL.getSpans());
    }

    @Test
    void whatFailsSaysSoAndFailsAllTheSame() {
        assertThrows(
                IOException.class,
                () -> RecordTracing.begin("snapshot", "run", 1, () -> {
                    throw new IOException("disk full");
                }));
        SpanData span = OTEL.getSpans().get(0);
        assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode());
        assertTrue(span.getEvents().get(0).getAttributes().toString().contains("disk full"));
    }
}
