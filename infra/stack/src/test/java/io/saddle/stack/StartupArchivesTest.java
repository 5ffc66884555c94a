package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of class data against a real JVM. */
class StartupArchivesTest {

    @TempDir
    Path folder;

    private Path jar;

    /** The program. */
    static final class Nothing {
        public static void main(String[] arguments) {}
    }

    @BeforeEach
    void makeJar() throws IOException {
        jar = folder.resolve("some.jar");
        String file = Nothing.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream program = getClass().getResourceAsStream("/" + file)) {
            out.putNextEntry(new ZipEntry(file));
            program.transferTo(out);
        }
    }

    @Test
    void shouldStartWithoutFlagsWhereThereIsNoArchive() {
        assertEquals(List.of(), new StartupArchives(folder).use("console"));
    }

    @Test
    void shouldStartFromWhatTheLastStartLeft() throws IOException, InterruptedException {
        StartupArchives archives = new StartupArchives(folder);
        java(archives.record("console"));
        List<String> flags = new ArrayList<>(archives.use("console"));
        assertFalse(flags.isEmpty());
        flags.add("-Xshare:on");
        assertEquals("", java(flags), "taken: with -Xshare:on a JVM refuses to start without");
    }

    @Test
    void shouldStartInSilenceWhereTheArchiveCannotBeTaken() throws IOException, InterruptedException {
        StartupArchives archives = new StartupArchives(folder);
        Files.writeString(folder.resolve("console.jsa"), "made by another JVM");
        assertEquals("", java(archives.use("console")));
    }

    /** @return what the JVM says; it ends well */
    private String java(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", jar.toString(), Nothing.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
