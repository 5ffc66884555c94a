package io.saddle.cli.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.terminal.CommandException;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLoginTest {

    @Test
    void nothingIsSaidWhereNothingIsSet() {
        assertEquals(ConsoleLogin.NONE, ConsoleLogin.from(Map.of("SADDLE_CONSOLE_USER", "viewer")));
    }

    @Test
    void aPasswordIsTheOperatorsUnlessAnotherUserIsNamed() {
        assertEquals(
                Optional.of("Basic b3BlcmF0b3I6c8OpY3JldA=="),
                ConsoleLogin.from(Map.of("SADDLE_CONSOLE_PASSWORD", "s\u00e9cret"))
                        .header());
        assertEquals(
                Optional.of("Basic dmlld2VyOmE6Yg=="),
                ConsoleLogin.from(Map.of("SADDLE_CONSOLE_USER", "viewer", "SADDLE_CONSOLE_PASSWORD", "a:b"))
                        .header());
    }

    @Test
    void whoeverReadsASecuredStacksPasswordIsItsOperator(@TempDir Path home) throws IOException {
        LocalSettings stack = LocalSettings.load(new Home(home), Map.of(), Map.of());
        assertEquals(ConsoleLogin.NONE, ConsoleLogin.userOf(stack, Map.of()), "it is not secured");

        LocalSettings.makeSecure(stack.securityFolder());
        assertEquals(ConsoleLogin.NONE, ConsoleLogin.userOf(stack, Map.of()), "whoever listens on its port is another");
        Files.writeString(
                home.resolve("stack.json"),
                "{\"processes\": [{\"name\": \"console\", \"pid\": %d, \"startedAt\": \"%s\"}]}"
                        .formatted(
                                ProcessHandle.current().pid(),
                                ProcessHandle.current().info().startInstant().orElseThrow()));
        String pair = "operator:" + stack.securityFolder().consolePassword("operator");
        ConsoleLogin operator = ConsoleLogin.userOf(stack, Map.of());
        assertEquals(
                Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))),
                operator.header());
        String viewers = "viewer:" + stack.securityFolder().consolePassword("viewer");
        assertEquals(
                Optional.of("Basic " + Base64.getEncoder().encodeToString(viewers.getBytes(StandardCharsets.UTF_8))),
                ConsoleLogin.userOf(stack, Map.of("SADDLE_CONSOLE_USER", "viewer"))
                        .header(),
                "whoever says that he is another acts as that one");
        CommandException unknown = assertThrows(
                CommandException.class, () -> ConsoleLogin.userOf(stack, Map.of("SADDLE_CONSOLE_USER", "root")));
        assertTrue(unknown.getMessage().startsWith("SADDLE_CONSOLE_USER: "), unknown.getMessage());
        ConsoleLogin named = ConsoleLogin.from(Map.of("SADDLE_CONSOLE_TOKEN", "abc.def"));
        assertEquals(named, named.or(() -> operator), "what is set goes before");
        assertEquals(operator, ConsoleLogin.NONE.or(() -> operator));
    }

    @Test
    void aTokenGoesBeforeAPasswordAndIsNotPrinted() {
        ConsoleLogin login =
                ConsoleLogin.from(Map.of("SADDLE_CONSOLE_TOKEN", "abc.def", "SADDLE_CONSOLE_PASSWORD", "other"));
        assertEquals(Optional.of("Bearer abc.def"), login.header());
        assertFalse(login.toString().contains("abc"), login.toString());
    }
}
