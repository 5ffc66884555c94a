package io.saddle.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Archives of shared class data (AppCDS), one for each process of the stack: classes as the JVM had them after loading, so that
 * the next start neither reads nor verifies them. A JVM says nothing and does without an archive that another JVM made, or from
 * other jars.
 *
 * @param folder where they lie, named after the processes
 */
record StartupArchives(Path folder) {

    /** Flags that make a process leave its archive when it ends, which is soon: compiling thoroughly is not worth it. */
    List<String> record(String process) {
        return List.of("-XX:ArchiveClassesAtExit=" + file(process), "-Xlog:cds*=off", "-XX:TieredStopAtLevel=1");
    }

    boolean has(String process) {
        return Files.exists(file(process));
    }

    /** Deletes a process's archive if there is one. */
    void delete(String process) throws IOException {
        Files.deleteIfExists(file(process));
    }

    /** Flags that make a process start from its archive; none if there is none. */
    List<String> use(String process) {
        return has(process)
                ? List.of("-XX:SharedArchiveFile=" + file(process), "-Xshare:auto", "-Xlog:cds*=off")
                : List.of();
    }

    private Path file(String process) {
        return folder.resolve(process + ".jsa");
    }
}
