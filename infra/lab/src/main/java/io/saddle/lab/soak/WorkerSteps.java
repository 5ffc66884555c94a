package io.saddle.lab.soak;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.ArtifactStore;
import io.saddle.model.data.DataSetAddress;
import io.saddle.model.data.StoredDataSets;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * The steps of a pipeline that a {@link WorkerProcess} does: side by side, so many imports, exports of one run and judgements of it.
 *
 * @param folder of the pictures that are imported, and of all exports of all executions
 */
record WorkerSteps(Path folder) {

    private static final Step IMPORT = new Step("import", 4);
    private static final Step SAVE = new Step("save", 4);
    /** Fifteen seconds each. */
    private static final Step JUDGE = new Step("judge", 2);

    private static final List<Step> ALL = List.of(IMPORT, SAVE, JUDGE);

    private static final int PICTURES = 150;
    private static final int SIDE = 28;

    /**
     * A step.
     *
     * @param copies instances of it, side by side
     */
    private record Step(String name, int copies) {

        /** Adds it to a pipeline's steps. */
        ObjectNode addTo(ObjectNode steps, String needs) {
            ObjectNode step = steps.putObject(name).put("needs", needs);
            ArrayNode numbers = step.putObject("matrix").putArray("n");
            IntStream.rangeClosed(1, copies).forEach(numbers::add);
            return step;
        }

        Stream<String> instances() {
            return IntStream.rangeClosed(1, copies).mapToObj(n -> name + ".n-" + n);
        }
    }

    /** Makes the folder, and the pictures in it. */
    static WorkerSteps in(Path folder) throws IOException {
        WorkerSteps steps = new WorkerSteps(folder);
        Files.createDirectories(steps.exports());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < PICTURES; i++) {
            BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            picture.getRaster()
                    .setPixels(
                            0,
                            0,
                            SIDE,
                            SIDE,
                            random.ints((long) SIDE * SIDE, 0, 256).toArray());
            Path file = steps.pictures().resolve("kind-" + i % 3 + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            ImageIO.write(picture, "png", file.toFile());
        }
        return steps;
    }

    private Path pictures() {
        return folder.resolve("pictures");
    }

    private Path exports() {
        return folder.resolve("exports");
    }

    /**
     * Adds the steps.
     *
     * @param needs the step whose run is exported and judged
     * @return their names
     */
    List<String> addTo(ObjectNode steps, String execution, String needs) {
        String run = "${steps." + needs + ".run}";
        String name = name(execution, "${matrix.n}");
        IMPORT.addTo(steps, needs)
                .putObject("data")
                .put("source", pictures().toString())
                .put("name", name)
                .put("size", SIDE);
        SAVE.addTo(steps, needs)
                .putObject("export")
                .put("run", run)
                .put("out", exports().resolve(name).toString());
        JUDGE.addTo(steps, needs)
                .putObject("judge")
                .put("run", run)
                .put("reference", pictures().toString())
                .put("images", 16)
                .put("steps", 2);
        return ALL.stream().map(Step::name).toList();
    }

    private static String name(String execution, Object number) {
        return execution + "-" + number;
    }

    private static List<String> names(Step step, List<String> executions) {
        return executions.stream()
                .flatMap(id -> IntStream.rangeClosed(1, step.copies()).mapToObj(n -> name(id, n)))
                .sorted()
                .toList();
    }

    /** The steps' instances in an execution. */
    List<String> steps() {
        return ALL.stream().flatMap(Step::instances).toList();
    }

    /**
     * What the worker was ordered to do is said to be done once each, and there whole.
     *
     * @param results all that was said of tasks
     * @param store of the data sets
     */
    List<Claim> claims(List<String> executions, List<TaskResult> results, ArtifactStore store) throws IOException {
        Map<String, Long> wanted = new TreeMap<>();
        executions.forEach(id -> steps().forEach(step -> wanted.put(id + " " + step, 1L)));
        Map<String, Long> said = counted(results, TaskOutcome.DONE, wanted.keySet());
        long takenUp = counted(results, TaskOutcome.UNDER_WAY, wanted.keySet()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        List<Map<String, String>> judged = results.stream()
                .filter(result -> result.getOutcome() == TaskOutcome.DONE)
                .filter(result ->
                        result.getStep().startsWith(JUDGE.name()) && executions.contains(result.getExecutionId()))
                .map(result -> Map.copyOf(result.getOutputs()))
                .distinct()
                .toList();
        return List.of(
                new Claim(
                        "the worker says of every import, export and judgement once that it is done",
                        wanted.equals(said),
                        wanted.equals(said)
                                ? wanted.size() + " steps, taken up " + takenUp + " times"
                                : said + " instead of " + wanted),
                Claim.equal(
                        "every export is there whole, and nothing half made beside it",
                        names(SAVE, executions),
                        whole()),
                Claim.equal(
                        "every data set is there whole, in one version, which is the one that later steps know",
                        names(IMPORT, executions).stream()
                                .map(name -> name + " of " + PICTURES)
                                .toList(),
                        imported(executions, results, new StoredDataSets(store))),
                new Claim(
                        "judgements of models of one specification and seed are the same, whoever began them",
                        judged.size() == 1 && judged.get(0).containsKey("frechet"),
                        judged.toString()));
    }

    private static Map<String, Long> counted(List<TaskResult> results, TaskOutcome outcome, Set<String> steps) {
        return results.stream()
                .filter(result -> result.getOutcome() == outcome)
                .map(result -> result.getExecutionId() + " " + result.getStep())
                .filter(steps::contains)
                .collect(Collectors.groupingBy(step -> step, TreeMap::new, Collectors.counting()));
    }

    private List<String> whole() throws IOException {
        try (Stream<Path> made = Files.list(exports())) {
            return made.filter(export -> Files.exists(export.resolve(ArtifactStore.MODEL_WEIGHTS))
                            || export.toString().endsWith(".partial"))
                    .map(export -> export.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** Of each step that has said which version it made: the name if that is the only one, and how many pictures it has. */
    private static List<String> imported(List<String> executions, List<TaskResult> results, StoredDataSets sets)
            throws IOException {
        List<String> imported = new ArrayList<>();
        for (TaskResult result : results) {
            String told = result.getOutputs().get("dataset");
            if (result.getOutcome() == TaskOutcome.DONE
                    && told != null
                    && executions.contains(result.getExecutionId())) {
                DataSetAddress address = DataSetAddress.parse(told);
                boolean only = sets.versions(address.name()).equals(List.of(address.version()));
                long pictures = sets.find(address).manifest().images();
                imported.add(
                        (only ? address.name() : told + " among " + sets.versions(address.name())) + " of " + pictures);
            }
        }
        imported.sort(null);
        return imported;
    }
}
