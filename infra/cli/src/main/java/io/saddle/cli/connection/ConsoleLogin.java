package io.saddle.cli.connection;

import io.saddle.stack.LocalSettings;
import io.saddle.stack.Stack;
import io.saddle.topic.AccessRules;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The proof to a console of who runs a command: from the environment or a file, for a command line is seen by others.
 *
 * @param header value of the Authorization header
 */
record ConsoleLogin(Optional<String> header) {

    private static final String CONSOLE = "console";

    static final ConsoleLogin NONE = new ConsoleLogin(Optional.empty());

    static ConsoleLogin from(Map<String, String> environment) {
        String token = environment.getOrDefault("SADDLE_CONSOLE_TOKEN", "");
        String password = environment.getOrDefault("SADDLE_CONSOLE_PASSWORD", "");
        if (!token.isBlank()) {
            return new ConsoleLogin(Optional.of("Bearer " + token.strip()));
        }
        if (password.isEmpty()) {
            return NONE;
        }
        String user = environment.getOrDefault("SADDLE_CONSOLE_USER", AccessRules.OPERATOR);
        return basic(user, password);
    }

    /**
     * The operator of a secured stack whose console runs, for whoever may read his password; nobody otherwise: on the port of one that does
     * not run somebody else may listen.
     */
    static ConsoleLogin operatorOf(LocalSettings stack) {
        if (!Stack.isRunning(stack.home(), CONSOLE)) {
            return NONE;
        }
        try {
            return stack.security()
                    .map(security -> basic(AccessRules.OPERATOR, security.consolePassword(AccessRules.OPERATOR)))
                    .orElse(NONE);
        } catch (UncheckedIOException | IllegalArgumentException notThere) {
            return NONE;
        }
    }

    private static ConsoleLogin basic(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new ConsoleLogin(Optional.of("Basic " + Base64.getEncoder().encodeToString(pair)));
    }

    /** This one, if it says anything. */
    ConsoleLogin or(Supplier<ConsoleLogin> other) {
        return header.isPresent() ? this : other.get();
    }

    @Override
    public String toString() {
        return header.isPresent() ? "a login" : "no login";
    }
}
