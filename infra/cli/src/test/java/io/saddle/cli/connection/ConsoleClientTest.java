package io.saddle.cli.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asks a console that takes every request and goes silent over it. */
class ConsoleClientTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    private HttpServer silent;

    @BeforeEach
    void listen() throws IOException {
        silent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        silent.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("/events")) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("event: status\n".getBytes(UTF_8));
                exchange.getResponseBody().flush();
            }
        });
        silent.start();
    }

    @AfterEach
    void stop() {
        silent.stop(0);
    }

    private ConsoleClient client() {
        String url = "http://127.0.0.1:" + silent.getAddress().getPort();
        return new ConsoleClient(new ConsoleHttp(url + "\n", () -> ConsoleLogin.NONE).within(SHORT));
    }

    @Test
    void whoeverAsksForAChangeAndHearsNothingIsToldThatItMayBeMade() {
        CommandException asked = assertThrows(CommandException.class, () -> client().runs());
        assertEquals(ExitCode.UNREACHABLE, asked.exitCode());
        assertTrue(asked.getMessage().contains("has not answered within"), asked.getMessage());
        CommandException changed =
                assertThrows(CommandException.class, () -> client().label("r", JsonNodeFactory.instance.objectNode()));
        assertEquals(ExitCode.UNREACHABLE, changed.exitCode());
        assertTrue(changed.getMessage().contains("may be done all the same"), changed.getMessage());
        assertFalse(changed.getMessage().contains("./saddle up"), changed.getMessage());
    }

    @Test
    void eventsThatStayAwayBreakOff() {
        try (Stream<String> events = client().events("r", SHORT)) {
            Iterator<String> lines = events.iterator();
            assertEquals("event: status", lines.next());
            assertThrows(UncheckedIOException.class, lines::hasNext);
        }
    }

    /** What it says may be an hour old. */
    @Test
    void aConsoleThatDoesNotHearKafkaIsNotedOnce() throws IOException {
        AtomicReference<String> unheard = new AtomicReference<>("3600");
        silent.createContext("/api/runs", exchange -> {
            if (unheard.get() != null) {
                exchange.getResponseHeaders().set("Saddle-Unheard-Seconds", unheard.get());
            }
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("[]".getBytes(UTF_8));
            exchange.close();
        });
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            ConsoleClient client = client();
            client.runs();
            client.runs();
            unheard.set(null);
            client.runs();
            assertEquals(
                    List.of("note: the console has heard nothing from Kafka for 3600 s; what it says is from before"),
                    said.toString(UTF_8).lines().toList());
            unheard.set("16");
            client.runs();
            assertEquals(2, said.toString(UTF_8).lines().count(), "another time");
        } finally {
            System.setErr(before);
        }
    }
}
