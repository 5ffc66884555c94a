package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.security.SecretNames;
import java.util.Map;
import java.util.regex.Pattern;

/** Settings of clients that are secret: not to be had from a command line, which every user of the machine can read. */
final class SecretSettings {

    /** Kafka's clients get what stands there from elsewhere, such as a file. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}]+}");

    private SecretSettings() {}

    /**
     * @param option that they were given by
     * @param prefix that such a setting has in a file of {@code --login}
     * @throws CommandException if one of them is secret, without its value
     */
    static void refuse(String option, Map<String, String> settings, String prefix) {
        settings.forEach((name, value) -> {
            if (SecretNames.contain(name) && !REFERENCE.matcher(value).matches()) {
                throw new CommandException(
                        ExitCode.USAGE,
                        option + " " + name + ": a command line is seen by others; write " + prefix + name
                                + "=... into a file that only you read, and name that by --login");
            }
        });
    }
}
