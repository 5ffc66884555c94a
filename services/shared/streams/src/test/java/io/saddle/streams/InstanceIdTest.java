package io.saddle.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceIdTest {

    @TempDir
    private Path folder;

    @Test
    void itLivesAsLongAsItsFolder() {
        String first = new InstanceId(folder.resolve("a/instance-id")).get();
        assertEquals(first, new InstanceId(folder.resolve("a/instance-id")).get());
        assertNotEquals(first, new InstanceId(folder.resolve("b/instance-id")).get());
    }

    @Test
    void aDamagedFileIsReplaced() throws Exception {
        Path file = folder.resolve("instance-id");
        for (byte[] damage : new byte[][] {{}, new byte[36], {(byte) 0xff, (byte) 0xfe}}) {
            Files.write(file, damage);
            String made = new InstanceId(file).get();
            assertEquals(made, UUID.fromString(made).toString());
            assertEquals(made, new InstanceId(file).get());
        }
    }
}
