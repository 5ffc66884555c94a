package io.saddle.artifact;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {

    @TempDir
    Path folder;

    private List<Path> inTheFolder() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void aFileIsReplacedNotWrittenOver() throws IOException {
        Path file = folder.resolve("state");
        DurableFiles.replace(file, "first".getBytes(US_ASCII));
        assertEquals(List.of(file), inTheFolder());
        try (Stream<String> open = Files.lines(file)) {
            DurableFiles.replace(file, "another".getBytes(US_ASCII));
            assertEquals(List.of("first"), open.toList(), "to whoever reads it meanwhile");
        }
        assertEquals("another", Files.readString(file));
        assertEquals(List.of(file), inTheFolder());
    }

    @Test
    void whatCannotBeReplacedStays() throws IOException {
        Path file = Files.createDirectory(folder.resolve("state"));
        Files.writeString(file.resolve("inside"), "a folder that is not empty");
        assertThrows(IOException.class, () -> DurableFiles.replace(file, "another".getBytes(US_ASCII)));
        assertEquals("a folder that is not empty", Files.readString(file.resolve("inside")));
    }
}
