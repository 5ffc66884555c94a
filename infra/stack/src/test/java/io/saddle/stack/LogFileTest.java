package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    @TempDir
    Path folder;

    private Path path(String suffix) {
        return folder.resolve("broker.log" + suffix);
    }

    private LogFile log() {
        return new LogFile(path(""));
    }

    @Test
    void theLogsOfTheLastStartsAreKept() throws IOException {
        for (int start = 1; start <= 7; start++) {
            log().begin();
            Files.writeString(path(""), "start " + start);
        }
        assertEquals("start 6", Files.readString(path(".1")));
        assertEquals("start 2", Files.readString(path(".5")));
    }

    /** A full disk's processes said nothing each, six times, and nobody could read why the first had ended. */
    @Test
    void aLogThatNothingWasWrittenToPushesNoneOut() throws IOException {
        Files.writeString(path(""), "why");
        for (int start = 0; start < 7; start++) {
            log().begin();
            Files.writeString(path(""), "");
        }
        assertEquals("why", Files.readString(path(".1")));
    }

    @Test
    void aProcessGoesOnInALogThatIsBegunAnewUnderIt() throws Exception {
        byte[] large = "a line of sixteen".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        Files.write(path(""), large);
        Files.writeString(path(".1"), "earlier");
        Process cat = new ProcessBuilder("cat")
                .redirectOutput(ProcessBuilder.Redirect.appendTo(path("").toFile()))
                .start();
        try (Writer words = cat.outputWriter()) {
            log().beginIfLarge();
            words.write("after");
        }
        assertEquals(0, cat.waitFor());
        assertArrayEquals(large, Files.readAllBytes(path(".1")));
        assertEquals("earlier", Files.readString(path(".2")));
        assertEquals("after", Files.readString(path("")));

        log().beginIfLarge();
        assertEquals("after", Files.readString(path("")));
    }

    @Test
    void aLogThatCannotBeCopiedStaysAsItIs() throws IOException {
        byte[] large = new byte[17 << 20];
        Files.write(path(""), large);
        Files.createDirectories(path(".next"));
        assertThrows(IOException.class, log()::beginIfLarge);
        assertArrayEquals(large, Files.readAllBytes(path("")));
    }
}
