package io.saddle.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Resident memory of a process as Linux counts it.
 *
 * @param rssKiB now
 * @param peakKiB the most since the process began
 */
public record ProcessMemory(long rssKiB, long peakKiB) {

    /** The memory of a process of this machine; -1 where there is no /proc. */
    public static ProcessMemory of(long pid) {
        Path file = Path.of("/proc", Long.toString(pid), "status");
        try {
            String status = Files.exists(file) ? Files.readString(file) : "";
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
