package io.saddle.stack.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Node.js with npm, where it is installed. */
public final class NodeJs {

    private static final int LEAST_VERSION = 18;

    private NodeJs() {}

    /** Why no JavaScript can be run here; empty if it can. */
    public static Optional<String> missing() throws IOException, InterruptedException {
        for (String tool : List.of("node", "npm")) {
            Process version;
            try {
                version = new ProcessBuilder(tool, "--version").start();
            } catch (IOException e) {
                return Optional.of("'" + tool + "' is not installed");
            }
            String said = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            version.waitFor();
            if (tool.equals("node") && !isNewEnough(said)) {
                return Optional.of("Node.js is " + said + ", it takes " + LEAST_VERSION + " or newer");
            }
        }
        return Optional.empty();
    }

    private static boolean isNewEnough(String version) {
        Matcher major = Pattern.compile("v(\\d+)\\..*").matcher(version);
        return major.matches() && Integer.parseInt(major.group(1)) >= LEAST_VERSION;
    }
}
