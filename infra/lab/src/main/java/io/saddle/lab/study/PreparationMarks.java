package io.saddle.lab.study;

import io.saddle.artifact.DurableFiles;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The commands that prepared what studies name: once a study's are others, what is there is not what its results would be said to follow
 * from.
 *
 * @param folder of the marks
 */
record PreparationMarks(Path folder) {

    /** Keeps that a preparation's commands have made what it names. */
    void put(Study.Preparation preparation) throws IOException {
        Files.createDirectories(folder);
        DurableFiles.replace(mark(preparation), commands(preparation).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Takes what is there for made by the preparation's commands, if nothing else is known: somebody may have brought it.
     *
     * @throws CommandException if a study made it by other commands
     */
    void requireNoOther(Study.Preparation preparation) throws IOException {
        Path mark = mark(preparation);
        if (!Files.exists(mark)) {
            return;
        }
        String before = Files.readString(mark);
        if (!before.equals(commands(preparation))) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    preparation.words() + " was made by other commands than the study's: " + before.strip() + "; "
                            + (preparation.dataset() == null
                                    ? "remove that file"
                                    : "remove it (./saddle data remove " + preparation.dataset() + ")")
                            + ", or give what is made another name");
        }
    }

    private static String commands(Study.Preparation preparation) {
        return String.join(
                "\n",
                preparation.commands().stream()
                        .map(words -> String.join(" ", words))
                        .toList());
    }

    private Path mark(Study.Preparation preparation) {
        return folder.resolve(Sha256.of(preparation.words().getBytes(StandardCharsets.UTF_8)));
    }
}
