package io.saddle.cli.connection;

import io.saddle.stack.LocalSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The console that a command talks to: the local stack's unless said. */
public final class ConsoleOptions {

    @Mixin
    private StackOptions stack;

    @Option(
            names = "--console",
            paramLabel = "URL",
            defaultValue = "${env:SADDLE_CONSOLE_URL}",
            description =
                    "Another console than the local stack's (also $SADDLE_CONSOLE_URL). Where it asks who you are:"
                            + " $SADDLE_CONSOLE_TOKEN, or $SADDLE_CONSOLE_USER (operator unless set) and"
                            + " $SADDLE_CONSOLE_PASSWORD; a secured local stack's password is found in its folder.")
    private String url;

    public LocalSettings stackSettings() {
        return stack.settings();
    }

    /** True if another console than the local stack's is named: then the local stack is not asked for anything. */
    public boolean isElsewhere() {
        return url != null && !url.isBlank();
    }

    public ConsoleClient client() {
        return isElsewhere() ? new ConsoleClient(url) : new ConsoleClient(stack.settings());
    }
}
