package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The machine and the moment of a measurement. */
public final class Machine {

    private Machine() {}

    /**
     * @param root the project's folder
     */
    public static ObjectNode describe(Path root) {
        ObjectNode json = Json.object();
        json.put("cpu", field("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")));
        json.put("cores", Runtime.getRuntime().availableProcessors());
        json.put("memory", field("/proc/meminfo", "MemTotal").orElse("unknown"));
        json.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        json.put("distribution", distribution());
        json.put(
                "java",
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + " ("
                        + System.getProperty("java.vendor") + ")");
        json.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        output(root, "git", "rev-parse", "HEAD").ifPresent(commit -> {
            json.put("commit", commit);
            json.put(
                    "uncommittedChanges",
                    output(root, "git", "status", "--porcelain", "--untracked-files=no")
                            .isPresent());
        });
        return json;
    }

    private static String distribution() {
        return read("/etc/os-release")
                .lines()
                .filter(line -> line.startsWith("PRETTY_NAME="))
                .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
                .findFirst()
                .orElse("");
    }

    private static Optional<String> field(String file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static String read(String file) {
        try {
            return Files.exists(Path.of(file)) ? Files.readString(Path.of(file)) : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The output of a program; empty if it fails, prints nothing or is not there. */
    private static Optional<String> output(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            boolean good = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
            return good && !text.isEmpty() ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
