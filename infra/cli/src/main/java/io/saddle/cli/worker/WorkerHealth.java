package io.saddle.cli.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A worker's answers to whoever watches over its container, at the addresses that services have: {@code /q/health/started}, {@code
 * live} and {@code ready}, each 200 or 503 with the reason. Whether it lives does not depend on Kafka.
 */
final class WorkerHealth implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private volatile Supplier<Optional<String>> obstacle = () -> Optional.of("it has not started yet");
    private volatile boolean isStarted;

    private WorkerHealth(HttpServer server) {
        this.server = server;
    }

    /**
     * Listens until it is closed.
     *
     * @param address {@code HOST:PORT}; port 0 is a free one
     * @throws CommandException if it is no address, or somebody else listens there
     */
    static WorkerHealth listen(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("\\d{1,5}")) {
            throw new CommandException(
                    ExitCode.USAGE, "--health: must be HOST:PORT, such as 0.0.0.0:8080, was '" + address + "'");
        }
        try {
            InetSocketAddress socket =
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            WorkerHealth health = new WorkerHealth(HttpServer.create(socket, 0));
            health.serve();
            return health;
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandException(
                    ExitCode.FAILED, "--health: nothing can listen at " + address + ": " + e.getMessage());
        }
    }

    private void serve() {
        answer("started", () -> isStarted ? Optional.empty() : obstacle.get());
        answer("live", Optional::empty);
        answer("ready", () -> obstacle.get());
        server.start();
    }

    /** It has not started, for a reason. */
    void waits(String why) {
        obstacle = () -> Optional.of(why);
    }

    /** From now on it is ready unless something keeps it from working. */
    void started(Supplier<Optional<String>> obstacle) {
        this.obstacle = obstacle;
        this.isStarted = true;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(String what, Supplier<Optional<String>> reason) {
        server.createContext("/q/health/" + what, exchange -> send(exchange, reason.get()));
    }

    private static void send(HttpExchange exchange, Optional<String> reason) throws IOException {
        byte[] body = JSON.writeValueAsBytes(
                reason.map(text -> Map.of("status", "DOWN", "reason", text)).orElse(Map.of("status", "UP")));
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(reason.isPresent() ? 503 : 200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
