package io.saddle.lab.demo;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.AtCutOff;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.testing.NodeJs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The example evaluator in JavaScript as a process: it knows the topics, the registry and the artifact store, nothing else. */
public final class NodeEvaluator implements AutoCloseable {

    /** The name that it announces. */
    public static final String NAME = "node-denoising-loss";

    private static final String NEEDS =
            "the evaluator in JavaScript needs Node.js 18 or newer and npm (on Debian: apt-get install nodejs npm)";
    private static final int INSTALL_MINUTES = 5;
    private static final int END_SECONDS = 10;

    private final Process process;
    private final Path log;
    private final AtCutOff withThisProcess;

    private NodeEvaluator(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.withThisProcess = AtCutOff.run("node-evaluator-end", this::end);
    }

    /**
     * Installs what it needs, once.
     *
     * @param folder infra/examples/node-evaluator
     * @param say takes lines for a person
     * @throws CommandException if there is no Node.js or its packages cannot be installed
     */
    public static void install(Path folder, LocalSettings settings, Consumer<String> say)
            throws IOException, InterruptedException {
        Optional<String> missing = NodeJs.missing();
        if (missing.isPresent()) {
            throw new CommandException(ExitCode.FAILED, missing.get() + ": " + NEEDS);
        }
        // Written last: an installation that was cut off is done again.
        Path done = folder.resolve("node_modules/.saddle-installed");
        Path wanted = folder.resolve("package-lock.json");
        if (Files.exists(done) && Files.readString(done).equals(Files.readString(wanted))) {
            return;
        }
        say.accept(
                "installing the packages of " + folder.getFileName() + " (npm ci, once; none of their scripts is run)");
        Path log = logs(settings).resolve("node-evaluator-install.log");
        Process npm = launch(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), folder, log);
        try {
            if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                throw new CommandException(
                        ExitCode.FAILED, "its packages could not be installed: " + log + "; " + NEEDS);
            }
        } finally {
            npm.destroyForcibly();
        }
        Files.createDirectories(done.getParent());
        Files.copy(wanted, done, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path logs(LocalSettings settings) throws IOException {
        return Files.createDirectories(settings.home().folder().resolve("logs"));
    }

    /**
     * Starts it; what it needs is installed.
     *
     * @param folder infra/examples/node-evaluator
     * @param bundled folder of the bundled data sets
     */
    public static NodeEvaluator start(Path folder, Path bundled, LocalSettings settings) throws IOException {
        Path log = logs(settings).resolve("node-evaluator.log");
        return new NodeEvaluator(
                launch(
                        List.of(
                                "node",
                                "evaluator.mjs",
                                "--bootstrap",
                                settings.bootstrapServers(),
                                "--registry",
                                settings.registryUrl(),
                                "--name",
                                NAME,
                                "--bundled",
                                bundled.toString()),
                        folder,
                        log),
                log);
    }

    private static Process launch(List<String> command, Path folder, Path log) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, NEEDS + ": " + e.getMessage());
        }
    }

    /** @throws CommandException with the place of its log, if it has ended */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new CommandException(ExitCode.FAILED, "the evaluator in JavaScript has ended; its log: " + log);
        }
    }

    /** The process, e.g. to kill it. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        withThisProcess.close();
        end();
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
