package io.saddle.lab.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.DurableFiles;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.lab.report.ResultJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * The results of a study's runs, each in a file of its own. One that was made from something else than is planned now does not count.
 *
 * @param folder made when the first result is kept
 */
record ResultFolder(Path folder) {

    private static final ObjectMapper JSON =
            ResultJson.MAPPER.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** What results of earlier releases lack; whatever else is missing is damage. */
    private static final List<String> LATER = List.of("mixtureRareShare", "heldOutObjective");

    /**
     * The result of a run, if it is there and follows from the same.
     *
     * @throws CommandException if the file cannot be read
     */
    Optional<RunResult> find(PlannedRun run) {
        return read(run).filter(result -> run.hash().equals(result.hash()));
    }

    /** Whether there is a result of the same variant and seed that follows from something else. */
    boolean isOutdated(PlannedRun run) {
        return read(run).filter(result -> !run.hash().equals(result.hash())).isPresent();
    }

    /** The seeds that any result here is of, ascending. */
    List<Long> seeds() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file ->
                            PlannedRun.FILE_NAME.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(name -> Long.valueOf(name.group(1)))
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, folder + " cannot be read: " + e.getMessage());
        }
    }

    private Optional<RunResult> read(PlannedRun run) {
        Path file = folder.resolve(run.fileName());
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode result = JSON.readTree(file.toFile());
            if (result instanceof ObjectNode known) {
                LATER.stream().filter(name -> !known.has(name)).forEach(known::putNull);
            }
            return Optional.of(JSON.treeToValue(result, RunResult.class));
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    file + " is no result of a study: " + e.getOriginalMessage() + "; delete it to run it again");
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, file + " cannot be read: " + e.getMessage());
        }
    }

    /** Writes a result whole or not at all. */
    void keep(PlannedRun run, RunResult result) throws IOException {
        Files.createDirectories(folder);
        byte[] content = (JSON.writeValueAsString(result) + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
        DurableFiles.replace(folder.resolve(run.fileName()), content);
    }
}
