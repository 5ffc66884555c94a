package io.saddle.cli.model;

import io.saddle.cli.connection.ConsoleOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The choice of one of a run's models in the local stack's artifact store. */
final class ModelChoice {

    @Option(
            names = "--best",
            description =
                    "Not the newest but the best judged one: least violation in whole percent, then least FID; asks"
                            + " the console.")
    private boolean best;

    @Mixin
    private ConsoleOptions console;

    /** @throws CommandException if there is none, or {@code --best} and the console does not answer */
    Path folder(String runId) throws IOException {
        LocalSettings settings = console.stackSettings();
        return best
                ? StoredModels.best(settings, runId, console.client().judgedSteps(runId))
                : StoredModels.newest(settings, runId);
    }
}
