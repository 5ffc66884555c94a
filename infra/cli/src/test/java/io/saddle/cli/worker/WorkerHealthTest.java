package io.saddle.cli.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerHealthTest {

    private static HttpResponse<String> ask(WorkerHealth health, String what) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + health.port() + "/q/health/" + what))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Integer> codes(WorkerHealth health) {
        return Stream.of("started", "live", "ready")
                .map(what -> ask(health, what).statusCode())
                .toList();
    }

    @Test
    void itStartsThenIsReadyAndSaysWhatKeepsItFromWorking() {
        AtomicReference<Optional<String>> obstacle = new AtomicReference<>(Optional.empty());
        try (WorkerHealth health = WorkerHealth.listen("127.0.0.1:0")) {
            assertEquals(List.of(503, 200, 503), codes(health));
            health.started(obstacle::get);
            assertEquals(List.of(200, 200, 200), codes(health));
            obstacle.set(Optional.of("Kafka does not answer"));
            assertEquals(List.of(200, 200, 503), codes(health));
            assertTrue(ask(health, "ready").body().contains("Kafka does not answer"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"8080", ":8080", "localhost:", "localhost:http"})
    void whatIsNoAddressIsWrongUsage(String address) {
        CommandException e = assertThrows(CommandException.class, () -> WorkerHealth.listen(address));
        assertEquals(ExitCode.USAGE, e.exitCode());
        assertTrue(e.getMessage().contains(address), e.getMessage());
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        try (WorkerHealth first = WorkerHealth.listen("127.0.0.1:0")) {
            String address = "127.0.0.1:" + first.port();
            CommandException e = assertThrows(CommandException.class, () -> WorkerHealth.listen(address));
            assertTrue(e.getMessage().contains(address), e.getMessage());
        }
    }
}
