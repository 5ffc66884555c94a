package io.saddle.lab.bench.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The part of the machine's memory that keeps files. */
final class PageCache {

    /** Of {@code /proc/self/stat}, counted behind the program's name. */
    private static final int MAJOR_FAULTS = 9;

    private PageCache() {}

    /**
     * Has the operating system forget the content of all files below a folder that no process has mapped.
     *
     * @return false where {@code dd} cannot do that
     */
    static boolean forget(Path folder) throws IOException, InterruptedException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            try {
                Process dd = new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0", "status=none")
                        .redirectErrorStream(true)
                        .start();
                dd.getInputStream().readAllBytes();
                if (dd.waitFor() != 0) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** Pages that this process has waited for the disk for; 0 where there is no {@code /proc}. */
    static long majorFaults() throws IOException {
        Path stat = Path.of("/proc/self/stat");
        if (!Files.exists(stat)) {
            return 0;
        }
        String line = Files.readString(stat);
        return Long.parseLong(line.substring(line.lastIndexOf(')') + 2).split(" ")[MAJOR_FAULTS]);
    }
}
