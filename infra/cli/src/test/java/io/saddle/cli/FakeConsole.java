package io.saddle.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Answers requests with what a test wants, the last answer of a path again and again; a JUnit extension that ends with the test. */
public final class FakeConsole implements AfterEachCallback {

    /** One answer; {@code retryAfter} null: it names no time to ask again. */
    public record Answer(int status, String contentType, byte[] bytes, String retryAfter) {

        public Answer(int status, String contentType, byte[] bytes) {
            this(status, contentType, bytes, null);
        }

        public Answer(int status, String contentType, String body) {
            this(status, contentType, body.getBytes(StandardCharsets.UTF_8));
        }

        public String body() {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        /** The refusal of somebody who asks too often. */
        public static Answer later(String retryAfter) {
            String body = "{\"title\":\"Too Many Requests\",\"detail\":\"too many at once\"}";
            return new Answer(429, "application/problem+json", body.getBytes(StandardCharsets.UTF_8), retryAfter);
        }

        public static Answer json(int status, String body) {
            return new Answer(status, "application/json", body);
        }
    }

    private static final String NO_STACK = "target/no-stack";

    public final List<String> received = new ArrayList<>();
    private final Map<String, List<Answer>> answers = new HashMap<>();
    private final HttpServer server;

    public FakeConsole() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    /** @param request method and path, e.g. {@code GET /api/runs} */
    public void on(String request, Answer... next) {
        answers.put(request, new ArrayList<>(List.of(next)));
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(request + (type == null ? "" : " " + type + " " + body));
        List<Answer> next = answers.getOrDefault(request, List.of(Answer.json(404, "{\"title\":\"no such path\"}")));
        Answer answer = next.size() > 1 ? next.remove(0) : next.get(0);
        byte[] bytes = answer.bytes();
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        if (answer.retryAfter() != null) {
            exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
        }
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** One run of the command line that asks this console, for a stack that is not there. */
    public CommandRun run(String... arguments) {
        return CommandRun.of(Stream.concat(Stream.of(arguments), Stream.of("--console=" + url(), "--home", NO_STACK))
                .toArray(String[]::new));
    }

    public void stop() {
        server.stop(0);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        stop();
    }
}
