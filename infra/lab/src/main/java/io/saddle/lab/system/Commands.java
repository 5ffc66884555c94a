package io.saddle.lab.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Programs of the operating system. */
public final class Commands {

    private Commands() {}

    /**
     * Runs a program and returns what it said when it has ended.
     *
     * @throws IOException with what it said, if it failed or is not there
     */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + exit + ": " + said);
        }
        return said;
    }
}
