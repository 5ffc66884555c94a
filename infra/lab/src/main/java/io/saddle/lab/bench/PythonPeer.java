package io.saddle.lab.bench;

import io.saddle.stack.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks for a Python that has what a peer needs: the given one, else each {@code python3} of the path, else Debian's. */
public final class PythonPeer {

    /** Environment in which glibc's malloc keeps freed memory, in one arena: what saddle asks of it by mallopt. */
    public static final Map<String, String> TUNED_MALLOC = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_MAX_", "0",
            "MALLOC_TRIM_THRESHOLD_", "2147483647",
            "MALLOC_TOP_PAD_", "67108864");

    private static final Path SYSTEM = Path.of("/usr/bin/python3");
    private static final long PATIENCE_SECONDS = 60;
    private static final Map<String, String> DEBIAN_NAMES = Map.of("PIL", "python3-pil");

    private final Optional<Path> given;
    private final Map<List<String>, Optional<Path>> found = new ConcurrentHashMap<>();

    /**
     * @param given the only one to try, if any
     */
    public PythonPeer(Optional<Path> given) {
        this.given = given;
    }

    /**
     * The first Python in which these modules can be imported.
     *
     * @param modules for example torch, numpy
     */
    public Optional<Path> find(String... modules) {
        return found.computeIfAbsent(
                List.of(modules),
                wanted ->
                        candidates().filter(python -> canImport(python, wanted)).findFirst());
    }

    /** The row of a peer that is not there. */
    public Side.Missing missing(String side, String... modules) {
        String packages = Stream.of(modules)
                .map(module -> DEBIAN_NAMES.getOrDefault(module, "python3-" + module))
                .collect(Collectors.joining(" "));
        String where = given.map(python -> python + " cannot import ").orElse("no python3 can import ");
        return new Side.Missing(
                side,
                "peer not installed: " + where + String.join(", ", modules) + "; on Debian: apt-get install " + packages
                        + (given.isPresent() ? "" : "; another Python: --python PATH"));
    }

    private Stream<Path> candidates() {
        return given.isPresent()
                ? given.stream()
                : Stream.concat(Programs.all("python3"), Stream.of(SYSTEM).filter(Files::isExecutable))
                        .distinct();
    }

    private static boolean canImport(Path python, List<String> modules) {
        try {
            Process process = new ProcessBuilder(python.toString(), "-c", "import " + String.join(", ", modules))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
