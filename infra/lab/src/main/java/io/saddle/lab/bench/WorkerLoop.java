package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.torch.TorchRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The child's side of {@link Worker}: reads one line of JSON with the configuration, answers with what it is once it is warm,
 * then answers every request until standard input ends. Resident memory is added to every answer. What libraries print goes
 * to standard error.
 */
public final class WorkerLoop {

    /** As the primal trainer's threads have it. */
    private static final long STACK_BYTES = 16 << 20;

    /** The piece of work that is measured. */
    public interface Task extends AutoCloseable {

        /** The side's own description: {@code name} with versions, {@code threads}, and whatever else a reader should know. */
        ObjectNode hello();

        /** Does what is asked and tells the figures of every repetition. */
        ObjectNode answer(JsonNode request) throws Exception;

        @Override
        void close();
    }

    /** Makes a task ready, warm. */
    public interface Factory {
        Task create(JsonNode configuration) throws Exception;
    }

    private WorkerLoop() {}

    /** Serves until standard input ends; exit code 1 after a failure, which is told as {@code {"error": ...}}. */
    public static void serve(Factory factory) throws InterruptedException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        // Before the thread that computes: libtorch's memory arenas belong to threads.
        TorchRuntime.get();
        int[] exit = new int[1];
        Thread thread = new Thread(null, () -> exit[0] = serve(factory, answers), "bench", STACK_BYTES);
        thread.start();
        thread.join();
        System.exit(exit[0]);
    }

    private static int serve(Factory factory, PrintStream answers) {
        try (BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            try (Task task = factory.create(Json.parse(requests.readLine()))) {
                say(answers, task.hello());
                for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                    say(answers, task.answer(Json.parse(line)));
                }
            }
            return 0;
        } catch (Exception | LinkageError e) {
            e.printStackTrace();
            answers.println(Json.object().put("error", String.valueOf(e.getMessage())));
            answers.flush();
            return 1;
        }
    }

    private static void say(PrintStream answers, ObjectNode answer) throws IOException {
        ProcessMemory memory = ProcessMemory.of(ProcessHandle.current().pid());
        answer.put("rssKiB", memory.rssKiB()).put("peakRssKiB", memory.peakKiB());
        answers.println(answer);
        answers.flush();
        if (answers.checkError()) {
            throw new IOException("nobody reads the answers");
        }
    }
}
