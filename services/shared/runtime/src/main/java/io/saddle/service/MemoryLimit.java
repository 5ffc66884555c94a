package io.saddle.service;

import com.sun.management.OperatingSystemMXBean;
import io.quarkus.runtime.configuration.MemorySize;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * The memory that a run, or the judging of a snapshot, may take in this process: models lie outside the heap, where nothing but the
 * machine or the container bounds them, and ends the process.
 *
 * @param bytes as many
 */
public record MemoryLimit(long bytes) {

    /** The heaps of services take up to three tenths, and libraries need room. */
    private static final double SHARE = 0.6;

    /** @param setting empty: six tenths of the container's memory, or of the machine's */
    public static MemoryLimit of(Optional<MemorySize> setting) {
        return setting.map(size -> new MemoryLimit(size.asLongValue())).orElseGet(MemoryLimit::ofThisMachine);
    }

    /**
     * The share of one of so many that are at work at the same time.
     *
     * @param setting that says how many, for the message
     * @throws IllegalArgumentException if there are none
     */
    public MemoryLimit each(String setting, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(setting + " must be >= 1, was " + number);
        }
        return new MemoryLimit(bytes / number);
    }

    private static MemoryLimit ofThisMachine() {
        OperatingSystemMXBean machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new MemoryLimit((long) (SHARE * machine.getTotalMemorySize()));
    }
}
