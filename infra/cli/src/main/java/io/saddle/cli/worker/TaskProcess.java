package io.saddle.cli.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A command in a process of its own: it can be ended at any time, what it needs of memory goes with it, and it ends when the worker
 * does, however that comes about.
 */
final class TaskProcess {

    private static final long LOOK_MILLIS = 100;
    private static final int MOST_MESSAGE = 2000;
    /** As commands show it where there is no terminal; libraries have other things to say. */
    private static final Pattern PROGRESS = Pattern.compile(".+: [0-9]+(/[0-9]+ .*)?");

    /** Where a command says why it has failed; within a line the word is a library's. */
    private static final Pattern ERROR = Pattern.compile("^error: ", Pattern.MULTILINE);

    private final Path out;
    private final Path err;

    /** @param work takes what the process prints */
    TaskProcess(Path work) {
        this.out = work.resolve("stdout");
        this.err = work.resolve("stderr");
    }

    /**
     * Runs it to its end.
     *
     * @param goesOn whether it is still wanted; if not, it is ended
     * @param progress is told again and again the last line that it has printed of how far it is; empty where there is none yet
     * @return its exit code
     */
    int run(List<String> command, BooleanSupplier goesOn, Consumer<String> progress)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (!goesOn.getAsBoolean()) {
                    break;
                }
                progress.accept(lastLine());
            }
        } finally {
            // Also where this is interrupted: nothing is written any more when this returns.
            process.destroyForcibly().onExit().join();
        }
        return process.exitValue();
    }

    /** What it has printed to standard output. */
    String answer() throws IOException {
        return read(out);
    }

    /** What it has printed to standard error at its end, without {@code error:} before it. */
    String message() throws IOException {
        String said = read(err).strip();
        return ERROR.matcher(said)
                .results()
                .reduce((before, error) -> error)
                .map(error -> said.substring(error.end()))
                .orElseGet(() -> said.substring(Math.max(0, said.length() - MOST_MESSAGE)));
    }

    private String lastLine() throws IOException {
        return read(err).lines().filter(PROGRESS.asMatchPredicate()).reduce("", (before, line) -> line);
    }

    /** Also where the last character is not whole yet. */
    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
