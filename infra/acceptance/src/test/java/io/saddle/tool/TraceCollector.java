package io.saddle.tool;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Where OpenTelemetry's exporters send spans to: OTLP over HTTP. */
public final class TraceCollector implements AutoCloseable {

    /** A span and the service that it is of. */
    record Sent(String service, Span span) {
        /** {@code primal-trainer: snapshot}. */
        String inWords() {
            return service + ": " + span.getName();
        }
    }

    private final HttpServer server;
    private final List<Sent> spans = new CopyOnWriteArrayList<>();

    public TraceCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The way to each span of this name from where its trace began: {@code [primal-trainer: snapshot, ...]}. */
    public List<List<String>> waysTo(String name) {
        return spans.stream()
                .filter(sent -> sent.span().getName().equals(name))
                .map(this::way)
                .toList();
    }

    private List<String> way(Sent end) {
        Deque<String> way = new ArrayDeque<>();
        for (Optional<Sent> at = Optional.of(end); at.isPresent(); at = parent(at.get())) {
            way.addFirst(at.get().inWords());
        }
        return List.copyOf(way);
    }

    private Optional<Sent> parent(Sent child) {
        ByteString parent = child.span().getParentSpanId();
        return spans.stream()
                .filter(sent -> sent.span().getTraceId().equals(child.span().getTraceId())
                        && sent.span().getSpanId().equals(parent))
                .findFirst();
    }

    private void take(HttpExchange request) throws IOException {
        ExportTraceServiceRequest sent = ExportTraceServiceRequest.parseFrom(request.getRequestBody());
        for (ResourceSpans of : sent.getResourceSpansList()) {
            String service = of.getResource().getAttributesList().stream()
                    .filter(attribute -> attribute.getKey().equals("service.name"))
                    .map(KeyValue::getValue)
                    .findFirst()
                    .orElseThrow()
                    .getStringValue();
            for (ScopeSpans scope : of.getScopeSpansList()) {
                scope.getSpansList().forEach(span -> spans.add(new Sent(service, span)));
            }
        }
        request.sendResponseHeaders(200, -1);
        request.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
