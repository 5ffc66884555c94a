package io.saddle.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The process that listens on a port, as far as Linux's {@code /proc} tells it to this user.
 *
 * @param command the start of its command line
 */
record PortHolder(long pid, String command) {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String LISTEN = "0A";
    private static final int COMMAND_LENGTH = 60;

    static Optional<PortHolder> of(int port) {
        try {
            Set<String> sockets =
                    listeners(port).map(field -> "socket:[" + field[9] + "]").collect(Collectors.toSet());
            return ProcessHandle.allProcesses()
                    .filter(process -> holds(process.pid(), sockets))
                    .map(process -> new PortHolder(process.pid(), commandLine(process)))
                    .findFirst();
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Whether anybody listens there, whoever it is; true where the system does not tell. */
    static boolean isListenedTo(int port) {
        try {
            return !TABLES.stream().allMatch(Files::isReadable)
                    || listeners(port).findAny().isPresent();
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    /** The fields of each socket that listens there. */
    private static Stream<String[]> listeners(int port) {
        return TABLES.stream()
                .filter(Files::isReadable)
                .flatMap(PortHolder::lines)
                .map(line -> line.trim().split("\\s+"))
                .filter(field ->
                        field.length > 9 && field[3].equals(LISTEN) && field[1].endsWith(String.format(":%04X", port)));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holds(long pid, Set<String> sockets) {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return files.anyMatch(file -> sockets.contains(target(file)));
        } catch (IOException | UncheckedIOException notOurs) {
            return false;
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static String commandLine(ProcessHandle process) {
        String line = process.info().commandLine().orElse("?");
        return line.length() <= COMMAND_LENGTH ? line : line.substring(0, COMMAND_LENGTH) + "...";
    }

    @Override
    public String toString() {
        return "process " + pid + " (" + command + ")";
    }
}
