package io.saddle.lab.soak;

import io.saddle.lab.bench.ProcessMemory;
import io.saddle.lab.system.Commands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory that another JVM on this machine holds.
 *
 * @param heapKiB heap in use right after a full collection
 * @param rssKiB resident memory as Linux counts it; -1 where there is no /proc
 */
record JvmMemory(long heapKiB, long rssKiB) {

    /** A line for each generation with the serial collector, one for the whole heap with the others. */
    private static final Pattern USED = Pattern.compile(
            "(?:heap|generation)\\s+total (\\d+)K, used (\\d+)K|PSYoungGen\\s+total (\\d+)K, used (\\d+)K");

    /** Collects garbage in the process and looks, by the JDK's jcmd. */
    static JvmMemory afterCollection(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        return new JvmMemory(
                heapKiB(jcmd(pid, "GC.heap_info")), ProcessMemory.of(pid).rssKiB());
    }

    /** The sum over what {@code GC.heap_info} lists of the heap. */
    static long heapKiB(String heapInfo) {
        Matcher used = USED.matcher(heapInfo);
        long sum = 0;
        while (used.find()) {
            sum += Long.parseLong(used.group(2) != null ? used.group(2) : used.group(4));
        }
        return sum;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Commands.run(jcmd, Long.toString(pid), command);
    }
}
