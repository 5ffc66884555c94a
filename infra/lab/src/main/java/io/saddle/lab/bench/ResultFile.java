package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Every figure of some benches with what is needed to judge them, as JSON. */
public final class ResultFile {

    private ResultFile() {}

    /**
     * @param version of saddle
     * @param commandLine what was asked
     * @param root the project's folder
     */
    public static ObjectNode of(String version, String commandLine, Path root, List<BenchReport> reports) {
        ObjectNode json = Json.object().put("saddle", version).put("commandLine", commandLine);
        json.set("machine", Machine.describe(root));
        ArrayNode benches = json.putArray("benches");
        reports.forEach(report -> benches.add(report.toJson()));
        return json;
    }

    /** Writes it, indented; folders above it are made. */
    public static void write(Path file, ObjectNode result) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Files.writeString(file, Json.indented(result) + System.lineSeparator());
    }
}
