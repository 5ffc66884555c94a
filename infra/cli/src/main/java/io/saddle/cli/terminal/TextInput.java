package io.saddle.cli.terminal;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Text that a user names.
 *
 * @param name a file in UTF-8, or - for standard input
 */
public record TextInput(String name) {

    private static final String STANDARD_INPUT = "-";

    /** @throws CommandException saying in plain words why it cannot be read */
    public String text() {
        try {
            return name.equals(STANDARD_INPUT)
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(name));
        } catch (IOException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, this + " cannot be read: " + reason(e));
        }
    }

    /** The folder that relative paths in the text mean: the file's, or where the command runs. */
    public Path folder() {
        Path here = Path.of("").toAbsolutePath();
        return name.equals(STANDARD_INPUT) ? here : here.resolve(name).getParent();
    }

    private String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "you may not read it";
        }
        if (e instanceof CharacterCodingException) {
            return "it is no text in UTF-8";
        }
        return Files.isDirectory(Path.of(name)) ? "it is a folder" : e.getMessage();
    }

    @Override
    public String toString() {
        return name.equals(STANDARD_INPUT) ? "standard input" : name;
    }
}
