package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.Stack;
import io.saddle.stack.security.SecurityFolder;
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
    private static final String USER = "SADDLE_CONSOLE_USER";

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
        String user = environment.getOrDefault(USER, AccessRules.OPERATOR);
        return basic(user, password);
    }

    /**
     * The user of a secured stack whose console runs, for whoever may read his password: the one that the environment names, else the
     * operator. Nobody otherwise: on the port of one that does not run somebody else may listen.
     *
     * @throws CommandException if the environment names one whom the stack does not have
     */
    static ConsoleLogin userOf(LocalSettings stack, Map<String, String> environment) {
        if (!Stack.isRunning(stack.home(), CONSOLE)) {
            return NONE;
        }
        String user = environment.getOrDefault(USER, "");
        try {
            return stack.security()
                    .map(security -> passwordOf(security, user.isBlank() ? AccessRules.OPERATOR : user.strip()))
                    .orElse(NONE);
        } catch (UncheckedIOException notReadable) {
            return NONE;
        } catch (IllegalArgumentException notThere) {
            if (user.isBlank()) {
                return NONE;
            }
            throw new CommandException(ExitCode.INVALID_INPUT, USER + ": " + notThere.getMessage());
        }
    }

    private static ConsoleLogin passwordOf(SecurityFolder security, String user) {
        return basic(user, security.consolePassword(user));
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
