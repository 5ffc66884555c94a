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

    /** A line for each generation with the serial collector, one for the whole heap with the others; newer JDKs name them otherwise. */
    private static final Pattern USED = Pattern.compile("(?:heap|generation|PSYoungGen|ParOldGen|DefNew|Tenured)"
            + "\\s+total (?:reserved )?\\d+K,(?: committed \\d+K,)? used (\\d+)K");

    /** Collects garbage in the process and looks, by the JDK's jcmd. */
    static JvmMemory afterCollection(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        return new JvmMemory(
                heapKiB(jcmd(pid, "GC.heap_info")), ProcessMemory.of(pid).rssKiB());
    }

    /**
     * The sum over what {@code GC.heap_info} lists of the heap.
     *
     * @throws IllegalArgumentException if nothing of it is known here: 0 would look like a heap that does not grow
     */
    static long heapKiB(String heapInfo) {
        Matcher used = USED.matcher(heapInfo);
        long sum = 0;
        int found = 0;
        while (used.find()) {
            sum += Long.parseLong(used.group(1));
            found++;
        }
        if (found == 0) {
            throw new IllegalArgumentException(
                    "jcmd's GC.heap_info says nothing of a heap that is known here: " + heapInfo);
        }
        return sum;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Commands.run(jcmd, Long.toString(pid), command);
    }
}
