package io.saddle.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * When a process was started, as the kernel counts it: the boot, and the ticks since. Unlike an instant, which is computed from
 * the clock, it stays what it was when the clock is set. Linux has it (proc(5), field 22 of {@code stat}).
 */
final class StartMark {

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    /** Of the fields behind the program's name, which may hold blanks and brackets. */
    private static final int START_TIME = 22 - 3;

    private StartMark() {}

    /** @return empty on other systems, and if no such process runs */
    static Optional<String> of(long pid) {
        try {
            String status = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");
            return Optional.of(Files.readString(BOOT).strip() + "/" + fields[START_TIME]);
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }
}
