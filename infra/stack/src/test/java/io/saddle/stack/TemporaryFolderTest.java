package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {

    @TempDir
    Path temporary;

    /** Has a folder with a file in it until it is cut off. */
    static final class Holder {

        private Holder() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            TemporaryFolder folder = TemporaryFolder.create("held");
            Files.writeString(folder.path().resolve("weights"), "a gigabyte");
            System.out.println(folder.path());
            Thread.sleep(60_000);
        }
    }

    /** A model that was downloaded for samples stayed for ever where these were cut off. */
    @Test
    void aFolderGoesWithTheProcessThatIsCutOff() throws IOException, InterruptedException {
        Process holder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName()))
                .start();
        try {
            Path folder = Path.of(holder.inputReader().readLine());
            assertTrue(Files.exists(folder.resolve("weights")));
            holder.destroy();
            assertEquals(143, holder.waitFor());
            assertFalse(Files.exists(folder));
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void aFolderGoesWhenItIsClosed() throws IOException {
        TemporaryFolder folder = TemporaryFolder.create("closed");
        try (folder) {
            Files.writeString(folder.path().resolve("weights"), "a gigabyte");
        }
        assertFalse(Files.exists(folder.path()));
    }
}
