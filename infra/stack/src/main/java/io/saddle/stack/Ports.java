package io.saddle.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** Free ports of 127.0.0.1, checked before anything starts. */
public final class Ports {

    /** Below the range that systems take outgoing ports from, else a client's retry may connect to itself. */
    private static final int LOWEST = 20_000;

    private static final int HIGHEST = 27_999;

    private static final PortClaims CLAIMS = new PortClaims(
            Path.of(System.getProperty("java.io.tmpdir"), "saddle-ports-" + System.getProperty("user.name")));

    private Ports() {}

    /** @throws StackException naming every setting whose port is taken, and what to do */
    static void requireFree(LocalSettings settings, List<StackProcess> components) {
        List<TakenPort> taken = taken(settings, components);
        if (!taken.isEmpty()) {
            throw new StackException(taken.stream()
                    .map(port -> port.what() + ": " + port.remedy())
                    .collect(Collectors.joining(System.lineSeparator())));
        }
    }

    /** The ports of these that nobody could listen on now. */
    static List<TakenPort> taken(LocalSettings settings, List<StackProcess> components) {
        List<TakenPort> taken = new ArrayList<>();
        for (StackProcess component : components) {
            for (Setting setting : component.ports()) {
                int port = settings.number(setting);
                if (!isFree(port)) {
                    taken.add(taken(component.name(), setting, port));
                }
            }
        }
        return taken;
    }

    private static TakenPort taken(String process, Setting setting, int port) {
        Optional<String> holder = PortHolder.of(port).map(PortHolder::toString);
        return new TakenPort(process, setting, port, holder, holder.isPresent() || PortHolder.isListenedTo(port));
    }

    /** Different free ports, which of this user's JVMs this one alone may use until it ends. */
    public static List<Integer> free(int count) {
        List<Integer> ports = new ArrayList<>();
        while (ports.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
            if (isFree(port) && CLAIMS.claim(port)) {
                ports.add(port);
            }
        }
        return ports;
    }

    /** A different free port for every setting that is one. */
    public static Map<String, String> freeSettings() {
        List<String> keys =
                Setting.keys().stream().filter(key -> key.endsWith("port")).toList();
        Iterator<Integer> ports = free(keys.size()).iterator();
        Map<String, String> settings = new HashMap<>();
        keys.forEach(key -> settings.put(key, ports.next().toString()));
        return settings;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
