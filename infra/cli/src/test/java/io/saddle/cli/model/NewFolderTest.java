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

    /** It was taken for what a process before had left, and deleted. */
    @Test
    void whatSomebodyHasBesideItStays() throws IOException {
        Files.createDirectories(folder.resolve("model.partial"));
        Files.writeString(folder.resolve("model.partial/mine"), "");
        try (NewFolder made = NewFolder.at("--out", folder.resolve("model"))) {
            made.finish();
        }
        assertEquals(List.of(Path.of("model.partial/mine")), there());
    }

    @Test
    void whatAProcessLeftThatIsNoMoreIsRemovedAndWhatOneMakesNowStays() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Path target = folder.resolve("model");
        Path ours;
        try (NewFolder made = NewFolder.at("--out", target)) {
            ours = made.partial();
        }
        String mark = ours.getFileName().toString().replaceFirst("[0-9]+$", "");
        Process alive = new ProcessBuilder("sleep", "60").start();
        try {
            for (long pid : new long[] {ended.pid(), alive.pid()}) {
                Files.createDirectories(folder.resolve(mark + pid));
                Files.writeString(folder.resolve(mark + pid).resolve("file"), "");
            }
            NewFolder.at("--out", target).close();
            assertEquals(List.of(Path.of(mark + alive.pid(), "file")), there());
        } finally {
            alive.destroy();
        }
    }
}
