package io.saddle.stack;

import java.util.List;

/** Flags with which a process of the stack has less to do until it is ready; those of {@code SADDLE_JAVA_OPTS_*} override them. */
final class QuickStart {

    /**
     * The second compiler takes a third of the processor time of a start, for methods that are used at starts only. At ten times
     * the JVM's thresholds it compiles what a service does all the time, as thoroughly, some seconds later.
     */
    static final List<String> OPTIONS = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000");

    private QuickStart() {}

    /**
     * The collector for a heap of a few hundred megabytes: one that starts no threads of its own.
     *
     * @param given further flags of the process: if they name a collector, that is the one
     */
    static List<String> smallHeap(List<String> given) {
        return given.stream().anyMatch(option -> option.matches("-XX:\\+Use\\w+GC"))
                ? List.of()
                : List.of("-XX:+UseSerialGC");
    }
}
