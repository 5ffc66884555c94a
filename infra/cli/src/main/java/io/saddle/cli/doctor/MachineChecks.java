package io.saddle.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.saddle.cli.connection.Causes;
import io.saddle.cli.terminal.ByteSize;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** The machine: Java, libtorch, processors, memory, disk. */
final class MachineChecks {

    static final int JAVA = 17;
    private static final long GIB = 1L << 30;
    /** A run of the examples' size takes a fraction of it; below, the first checkpoint may not fit. */
    private static final long LEAST_DISK = GIB;

    private static final long ENOUGH_DISK = 10 * GIB;

    private MachineChecks() {}

    static Finding java(int version, String home) {
        return version >= JAVA
                ? Finding.ok("java", version + " in " + home)
                : Finding.failed("java", version + " in " + home, "install a JDK of " + JAVA + " or later");
    }

    static Finding libtorch() {
        try {
            return Finding.ok("libtorch", TorchRuntime.get().description());
        } catch (RuntimeException | LinkageError e) {
            return Finding.failed(
                    "libtorch",
                    "cannot be loaded: " + Causes.innermost(e),
                    "without it nothing trains, samples or measures here: " + TorchRuntime.REMEDY);
        }
    }

    static Finding processors(int processors) {
        return processors >= 2
                ? Finding.ok("processors", Integer.toString(processors))
                : Finding.warning(
                        "processors", "1", "a run trains while its snapshots are measured: two or more are better");
    }

    /** The memory of this machine or container, in bytes. */
    static long memory() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    /**
     * @param total of the machine or container, in bytes
     * @param heaps the largest heaps of all processes of the stack together, in bytes
     */
    static Finding memory(long total, long heaps) {
        String message = ByteSize.inWords(total) + ", the stack's heaps may take " + ByteSize.inWords(heaps);
        return total >= heaps
                ? Finding.ok("memory", message)
                : Finding.warning(
                        "memory",
                        message + " and libtorch takes more beside them",
                        "set smaller heaps (./saddle up --set primal-trainer.heap=512m), or take a larger machine");
    }

    /** Largest heaps of the stack's processes together, in bytes. */
    static long heaps(LocalSettings settings) {
        return settings.heaps().stream().mapToLong(MachineChecks::bytes).sum();
    }

    private static long bytes(String size) {
        long number = Long.parseLong(size.substring(0, size.length() - 1));
        return switch (size.substring(size.length() - 1).toLowerCase(Locale.ROOT)) {
            case "k" -> number << 10;
            case "m" -> number << 20;
            default -> number << 30;
        };
    }

    /** @param what lies in the folder, which need not be there yet */
    static Finding disk(String check, String what, Path folder) throws IOException {
        Path there = existing(folder);
        return disk(check, Files.getFileStore(there).getUsableSpace(), what + " in " + folder);
    }

    static Finding disk(String check, long free, String where) {
        String message = ByteSize.inWords(free) + " free for " + where;
        if (free < LEAST_DISK) {
            return Finding.failed(
                    check, message, "make room: './saddle run delete' of runs that are not needed, or another disk");
        }
        return free < ENOUGH_DISK
                ? Finding.warning(
                        check,
                        message,
                        "checkpoints and snapshots of larger networks take that soon: docs/runs.md has rules for what"
                                + " is kept")
                : Finding.ok(check, message);
    }

    /** The folder, or the nearest above it that is there. */
    static Path existing(Path folder) {
        return Stream.iterate(folder.toAbsolutePath().normalize(), Objects::nonNull, Path::getParent)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
