package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Flags of a quick start against a real JVM. */
class QuickStartTest {

    @Test
    void everyJvmTakesThemInSilence() throws IOException, InterruptedException {
        assertEquals("", java(QuickStart.OPTIONS, QuickStart.smallHeap(List.of())));
    }

    @Test
    void whoNamesACollectorHasThat() throws IOException, InterruptedException {
        List<String> given = List.of("-Xmx512m", "-XX:+UseG1GC");
        assertEquals("", java(QuickStart.smallHeap(given), given), "of two collectors a JVM starts with none");
        assertEquals(List.of("-XX:+UseSerialGC"), QuickStart.smallHeap(List.of("-Xmx512m")));
    }

    /** @return what the JVM says on its error output; it ends well */
    private static String java(List<String> flags, List<String> more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(more);
        command.add("--version");
        Process process = new ProcessBuilder(command).start();
        process.getInputStream().readAllBytes();
        String said = new String(process.getErrorStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
