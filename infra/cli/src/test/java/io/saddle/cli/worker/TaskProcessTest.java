package io.saddle.cli.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.terminal.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskProcessTest {

    @TempDir
    Path work;

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }

    @Test
    void itsAnswerItsProgressAndItsErrorAreTold() throws Exception {
        TaskProcess process = new TaskProcess(work);
        Set<String> told = ConcurrentHashMap.newKeySet();
        Path go = work.resolve("go");
        int code = process.run(
                shell(
                        "echo '{}'; echo 'encoding x: 3/10 (30 %)' >&2; echo '[W1 a.h:7] Warning: a library' >&2; while [ ! -e "
                                + go + " ]; do sleep 0.05; done; echo 'error: no' >&2; exit 4"),
                () -> true,
                line -> {
                    told.add(line);
                    touch(go);
                });
        assertEquals(4, code);
        assertEquals(Set.of("encoding x: 3/10 (30 %)"), told);
        assertEquals("{}\n", process.answer());
        assertEquals("no", process.message());
    }

    /** Of a library's error in it the rest alone was told: neither the file nor what was wrong with it. */
    @Test
    void anErrorIsToldFromItsLinesBeginningToTheEnd() throws Exception {
        TaskProcess process = new TaskProcess(work);
        int code = process.run(
                shell(
                        "printf 'error: not yet\\nerror: model x: CUDA error: out of memory\\nin error: a layer\\n' >&2; exit 1"),
                () -> true,
                line -> {});
        assertEquals(1, code);
        assertEquals("model x: CUDA error: out of memory\nin error: a layer", process.message());
    }

    /** Takes more memory than there is. */
    static final class Greedy {

        private Greedy() {}

        public static void main(String[] arguments) {
            List<byte[]> kept = new ArrayList<>();
            while (true) {
                kept.add(new byte[1 << 20]);
            }
        }
    }

    /** As a container's JVMs have it: the code is also that of "something does not answer", and the task was done again for ever. */
    @Test
    void aCommandThatRunsOutOfMemoryHasFailed() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> greedy = List.of("-cp", System.getProperty("java.class.path"), Greedy.class.getName());
        List<String> inAContainer = List.of(java, "-Xmx16m", "-XX:+ExitOnOutOfMemoryError");
        assertEquals(
                ExitCode.UNREACHABLE,
                new TaskProcess(work).run(joined(inAContainer, greedy), () -> true, line -> {}),
                "the JVM's own code");

        TaskProcess process = new TaskProcess(work);
        int code = process.run(
                joined(inAContainer, List.of(WorkerCommand.WITH_ITS_OWN_EXIT_CODE), greedy), () -> true, line -> {});
        assertEquals(ExitCode.FAILED, code);
        assertTrue(process.message().contains("OutOfMemoryError"), process.message());
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }

    private static void touch(Path file) {
        try {
            Files.writeString(file, "");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatIsNotWantedAnyMoreIsEnded() throws Exception {
        Path pid = work.resolve("pid");
        TaskProcess process = new TaskProcess(work);
        int code = process.run(
                shell("echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 1000"),
                () -> !Files.exists(pid),
                line -> {});
        assertNotEquals(0, code);
        long ended = Long.parseLong(Files.readString(pid).strip());
        await().until(() ->
                ProcessHandle.of(ended).filter(ProcessHandle::isAlive).isEmpty());
    }
}
