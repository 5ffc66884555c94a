package io.saddle.cli;

import io.saddle.local.LocalSettings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which console a command talks to: the local stack's unless said. */
final class ConsoleOptions {

    @Mixin
    private StackOptions stack;

    @Option(
            names = "--console",
            paramLabel = "URL",
            defaultValue = "${env:SADDLE_CONSOLE_URL}",
            description =
                    "Another console than the local stack's (also $SADDLE_CONSOLE_URL). Where it asks who you are:"
                            + " $SADDLE_CONSOLE_TOKEN, or $SADDLE_CONSOLE_USER (operator unless set) and $SADDLE_CONSOLE_PASSWORD.")
    private String url;

    LocalSettings stackSettings() {
        return stack.settings();
    }

    ConsoleClient client() {
        return new ConsoleClient(url == null || url.isBlank() ? stack.settings().consoleUrl() : url);
    }
}
