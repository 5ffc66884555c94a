package io.saddle.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Resident memory of this process as Linux counts it.
 *
 * @param rssKiB now
 * @param peakKiB the most since the process began
 */
record ProcessMemory(long rssKiB, long peakKiB) {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** -1 where there is no /proc. */
    static ProcessMemory now() {
        try {
            String status = Files.exists(STATUS) ? Files.readString(STATUS) : "";
            return new ProcessMemory(
                    field(status, "VmRSS").orElse(-1), field(status, "VmHWM").orElse(-1));
        } catch (IOException e) {
            return new ProcessMemory(-1, -1);
        }
    }

    /** The value of a line such as {@code VmRSS:     12345 kB}. */
    static OptionalLong field(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }
}
