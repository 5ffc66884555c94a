package io.saddle.cli.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.cli.terminal.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFolderTest {

    @TempDir
    Path folder;

    private List<Path> there() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).map(folder::relativize).toList();
        }
    }

    @Test
    void whatIsMadeIsThereOnceItIsWholeAndNotBefore() throws IOException {
        Path target = folder.resolve("new/model");
        Files.createDirectories(folder.resolve("new/model.partial"));
        Files.writeString(folder.resolve("new/model.partial/old"), "of one that was cut off");
        try (NewFolder made = NewFolder.at("--out", target)) {
            Files.writeString(made.partial().resolve("file"), "");
            assertFalse(Files.exists(target));
            made.finish();
        }
        assertEquals(List.of(Path.of("new/model/file")), there());
        assertThrows(CommandException.class, () -> NewFolder.at("--out", target));
    }

    @Test
    void ofWhatIsCutOffNothingStays() throws IOException {
        try (NewFolder made = NewFolder.at("--out", folder.resolve("model"))) {
            Files.writeString(made.partial().resolve("file"), "");
        }
        assertEquals(List.of(), there());
    }
}
