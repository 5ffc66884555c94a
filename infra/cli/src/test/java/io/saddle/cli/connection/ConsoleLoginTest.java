package io.saddle.cli.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
    void aTokenGoesBeforeAPasswordAndIsNotPrinted() {
        ConsoleLogin login =
                ConsoleLogin.from(Map.of("SADDLE_CONSOLE_TOKEN", "abc.def", "SADDLE_CONSOLE_PASSWORD", "other"));
        assertEquals(Optional.of("Bearer abc.def"), login.header());
        assertFalse(login.toString().contains("abc"), login.toString());
    }
}
