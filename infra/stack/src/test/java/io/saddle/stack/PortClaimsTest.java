package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortClaimsTest {

    @TempDir
    Path folder;

    @Test
    void shouldGiveAPortToOneAlone() {
        PortClaims claims = new PortClaims(folder);

        assertTrue(claims.claim(20_001));
        assertFalse(claims.claim(20_001), "it was given away");
        assertTrue(claims.claim(20_002));
    }

    @Test
    void shouldLeaveAPortToAnotherProcessThatClaimedIt() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Claimant.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals("claimed", other.inputReader().readLine());
            assertFalse(new PortClaims(folder).claim(20_003));
        } finally {
            other.getOutputStream().close();
            other.waitFor();
        }
        assertTrue(new PortClaims(folder).claim(20_003), "its claim ended with it");
    }

    /** Claims a port and ends when it is told to. */
    static final class Claimant {

        public static void main(String[] arguments) throws IOException {
            System.out.println(new PortClaims(Path.of(arguments[0])).claim(20_003) ? "claimed" : "refused");
            System.in.read();
        }
    }

    @Test
    void shouldNeverChooseAPortTwice() {
        List<Integer> first = Ports.free(50);
        List<Integer> second = Ports.free(50);

        HashSet<Integer> all = new HashSet<>(first);
        all.addAll(second);
        assertEquals(100, all.size());
    }
}
