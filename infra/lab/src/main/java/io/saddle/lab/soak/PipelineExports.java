package io.saddle.lab.soak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The steps of a pipeline that a {@link WorkerProcess} does: so many exports of one run, side by side.
 *
 * @param folder of all exports of all executions
 */
record PipelineExports(Path folder) {

    private static final String STEP = "save";
    private static final int COPIES = 4;

    /** Makes the folder. */
    static PipelineExports in(Path folder) throws IOException {
        return new PipelineExports(Files.createDirectories(folder));
    }

    /**
     * Adds the step.
     *
     * @param needs the step whose run is exported
     * @return its name
     */
    String addTo(ObjectNode steps, String execution, String needs) {
        ObjectNode save = steps.putObject(STEP).put("needs", needs);
        ArrayNode copies = save.putObject("matrix").putArray("n");
        IntStream.rangeClosed(1, COPIES).forEach(copies::add);
        save.putObject("export")
                .put("run", "${steps." + needs + ".run}")
                .put("out", folder.resolve(name(execution, "${matrix.n}")).toString());
        return STEP;
    }

    private static String name(String execution, Object number) {
        return execution + "-" + number;
    }

    /** The step's instances in an execution. */
    List<String> steps() {
        return IntStream.rangeClosed(1, COPIES).mapToObj(n -> STEP + ".n-" + n).toList();
    }

    /**
     * What the worker was ordered to do is said to be done once each, and there whole.
     *
     * @param results all that was said of tasks
     */
    List<Claim> claims(List<String> executions, List<TaskResult> results) throws IOException {
        Map<String, Long> wanted = new TreeMap<>();
        executions.forEach(id -> steps().forEach(step -> wanted.put(id + " " + step, 1L)));
        Map<String, Long> said = counted(results, TaskOutcome.DONE, wanted.keySet());
        long takenUp = counted(results, TaskOutcome.UNDER_WAY, wanted.keySet()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        List<String> folders = executions.stream()
                .flatMap(id -> IntStream.rangeClosed(1, COPIES).mapToObj(n -> name(id, n)))
                .sorted()
                .toList();
        return List.of(
                new Claim(
                        "the worker says of every export once that it is done",
                        wanted.equals(said),
                        wanted.equals(said)
                                ? wanted.size() + " exports, taken up " + takenUp + " times"
                                : said + " instead of " + wanted),
                Claim.equal("every export is there whole, and nothing half made beside it", folders, whole()));
    }

    private static Map<String, Long> counted(List<TaskResult> results, TaskOutcome outcome, Set<String> steps) {
        return results.stream()
                .filter(result -> result.getOutcome() == outcome)
                .map(result -> result.getExecutionId() + " " + result.getStep())
                .filter(steps::contains)
                .collect(Collectors.groupingBy(step -> step, TreeMap::new, Collectors.counting()));
    }

    private List<String> whole() throws IOException {
        try (Stream<Path> made = Files.list(folder)) {
            return made.filter(export -> Files.exists(export.resolve(ArtifactStore.MODEL_WEIGHTS))
                            || export.toString().endsWith(".partial"))
                    .map(export -> export.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
