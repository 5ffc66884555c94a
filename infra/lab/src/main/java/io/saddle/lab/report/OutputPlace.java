package io.saddle.lab.report;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A place for results, looked at before the work that they are of: that it cannot be written is no news at the end of hours. */
public final class OutputPlace {

    private OutputPlace() {}

    /**
     * Makes a folder, and a file in it that is gone again.
     *
     * @param option that names it, or something in it
     * @throws CommandException if that is not possible
     */
    public static void requireFolder(String option, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".probe", null));
        } catch (IOException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, option + ": " + folder + " cannot be written to: " + e);
        }
    }
}
