package io.saddle.cli.connection;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The proof to a console of who runs a command: from the environment alone, for a command line is seen by others.
 *
 * @param header value of the Authorization header
 */
record ConsoleLogin(Optional<String> header) {

    static final ConsoleLogin NONE = new ConsoleLogin(Optional.empty());

    private static final String DEFAULT_USER = "operator";

    static ConsoleLogin from(Map<String, String> environment) {
        String token = environment.getOrDefault("SADDLE_CONSOLE_TOKEN", "");
        String password = environment.getOrDefault("SADDLE_CONSOLE_PASSWORD", "");
        if (!token.isBlank()) {
            return new ConsoleLogin(Optional.of("Bearer " + token.strip()));
        }
        if (password.isEmpty()) {
            return NONE;
        }
        String user = environment.getOrDefault("SADDLE_CONSOLE_USER", DEFAULT_USER);
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new ConsoleLogin(Optional.of("Basic " + Base64.getEncoder().encodeToString(pair)));
    }

    @Override
    public String toString() {
        return header.isPresent() ? "a login" : "no login";
    }
}
