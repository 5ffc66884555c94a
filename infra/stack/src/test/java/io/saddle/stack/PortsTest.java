package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @TempDir
    Path folder;

    private final Map<String, String> ports = new HashMap<>(Ports.freeSettings());

    private List<TakenPort> taken() {
        LocalSettings settings = LocalSettings.load(new Home(folder), Map.of(), ports);
        return Stack.detached(Distribution.locate(), settings, line -> {}).takenPorts();
    }

    @Test
    void shouldFindNothingWhereAllAreFree() {
        assertEquals(List.of(), taken());
    }

    @Test
    void shouldNameWhoListens() throws Exception {
        int port = Integer.parseInt(ports.get("console.port"));
        try (ServerSocket listener = new ServerSocket(port, 1, HERE)) {
            TakenPort taken = taken().get(0);
            assertTrue(taken.isListenedTo());
            assertEquals(listener.getLocalPort(), taken.port());
            assertEquals(Setting.CONSOLE_PORT, taken.setting());
            assertTrue(
                    taken.remedy().contains("end it") || taken.remedy().contains("end what listens"), taken.remedy());
        }
    }

    /** As of one that has just ended, or of a client that the system gave this port. */
    @Test
    void shouldTellAConnectionFromAListener() throws Exception {
        Assumptions.assumeTrue(
                Files.isReadable(Path.of("/proc/net/tcp")),
                "only Linux tells who listens: a port that a closed connection holds was not tried");
        int port = Integer.parseInt(ports.get("console.port"));
        try (ServerSocket elsewhere = new ServerSocket(0, 1, HERE);
                Socket connection = new Socket()) {
            connection.bind(new InetSocketAddress(HERE, port));
            connection.connect(elsewhere.getLocalSocketAddress());
            TakenPort taken = taken().get(0);
            assertFalse(taken.isListenedTo());
            assertTrue(taken.what().contains("nobody listens there"), taken.what());
            assertTrue(taken.remedy().startsWith("wait a minute"), taken.remedy());
        }
    }
}
