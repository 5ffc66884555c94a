package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
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
}
