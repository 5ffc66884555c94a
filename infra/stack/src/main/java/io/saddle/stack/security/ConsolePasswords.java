package io.saddle.stack.security;

import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Passwords of the console's users, {@code operator} and {@code viewer}, under the names of the console's settings. */
final class ConsolePasswords {

    private static final List<String> USERS = List.of(AccessRules.OPERATOR, AccessRules.VIEWER);

    private ConsolePasswords() {}

    /** Random ones, unless the file is there. */
    static void make(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Map<String, String> settings = new LinkedHashMap<>();
        USERS.forEach(user -> settings.put(setting(user), StorePasswords.random()));
        PropertyFile.write(file, settings);
    }

    /**
     * @throws java.io.UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it has no password of that user
     */
    static String of(Path file, String user) {
        String password = PropertyFile.read(file).get(setting(user));
        if (password == null) {
            throw new IllegalArgumentException(file + " has no " + setting(user));
        }
        return password;
    }

    private static String setting(String user) {
        return "saddle.console." + user + "-password";
    }
}
