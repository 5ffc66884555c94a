package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        Process other = claimant(20_003);
        try {
            assertEquals("claimed", other.inputReader().readLine());
            assertFalse(new PortClaims(folder).claim(20_003));
        } finally {
            end(other);
        }
        assertTrue(new PortClaims(folder).claim(20_003), "its claim ended with it");
    }

    /** As where a test and its framework have class loaders of their own. */
    @Test
    void shouldKeepAClaimThatAnotherPartOfThisProcessWasRefused() throws IOException, InterruptedException {
        PortClaims first = new PortClaims(folder);
        PortClaims second = new PortClaims(folder);
        assertTrue(first.claim(20_004));
        assertFalse(second.claim(20_004));

        collectGarbage();

        Process other = claimant(20_004);
        try {
            assertEquals("refused", other.inputReader().readLine());
        } finally {
            end(other);
        }
        assertFalse(first.claim(20_004));
        assertFalse(second.claim(20_004));
    }

    /** Twice: what cleaners do after the first time is done by the second. */
    private static void collectGarbage() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            CountDownLatch collected = new CountDownLatch(1);
            Cleaner.create().register(new Object(), collected::countDown);
            do {
                System.gc();
            } while (!collected.await(100, TimeUnit.MILLISECONDS));
        }
    }

    private Process claimant(int port) throws IOException {
        return java(Claimant.class.getName(), folder.toString(), Integer.toString(port));
    }

    private static Process java(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void end(Process claimant) throws IOException, InterruptedException {
        claimant.getOutputStream().close();
        claimant.waitFor();
    }

    /** Claims a port and ends when it is told to. */
    static final class Claimant {

        public static void main(String[] arguments) throws IOException {
            PortClaims claims = new PortClaims(Path.of(arguments[0]));
            System.out.println(claims.claim(Integer.parseInt(arguments[1])) ? "claimed" : "refused");
            System.in.read();
        }
    }

    /** In a folder of the first user's a second one could make no lock. */
    @Test
    void shouldClaimPortsInAFolderOfItsUserAlone() throws IOException, InterruptedException {
        Process ann = java("-Djava.io.tmpdir=" + folder, "-Duser.name=ann", Chooser.class.getName());
        assertEquals(0, ann.waitFor());

        Path claims = folder.resolve("saddle-ports-ann");
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(claims)));
    }

    /** Chooses a port. */
    static final class Chooser {

        public static void main(String[] arguments) {
            Ports.free(1);
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
