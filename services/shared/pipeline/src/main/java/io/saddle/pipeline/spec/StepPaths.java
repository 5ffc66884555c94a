package io.saddle.pipeline.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RelativePaths;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The relative paths of steps and of their matrices: they mean relative to the pipeline's file. */
final class StepPaths {

    private static final String MATRIX = "matrix";
    private static final Pattern FROM_MATRIX = Pattern.compile("\\$\\{matrix\\.([^}]*)}.*");

    private final Path folder;
    private final Function<String, List<String>> parameters;
    private final List<Problem> problems;

    /**
     * @param folder of the file, absolute
     * @param parameters gives those of a worker's kind of step that are paths
     * @param problems takes what is wrong
     */
    StepPaths(Path folder, Function<String, List<String>> parameters, List<Problem> problems) {
        this.folder = folder;
        this.parameters = parameters;
        this.problems = problems;
    }

    /**
     * Completes a step in place. Parts of a wrong type are left to the schema.
     *
     * @param place of the step
     */
    void resolve(String place, JsonNode step) {
        JsonNode matrix = step.path(MATRIX);
        UnaryOperator<String> resolution = path -> absolute(path, matrix, place);
        for (String kind : DefinitionReading.WHAT) {
            if (step.has(kind)) {
                resolve(kind, kind.equals(PipelineSpec.FORK) ? step.at("/fork/set") : step.get(kind), resolution);
                matrix.forEach(
                        values -> values.properties().forEach(named -> resolve(kind, named.getValue(), resolution)));
            }
        }
    }

    private void resolve(String kind, JsonNode part, UnaryOperator<String> resolution) {
        if (!(part instanceof ObjectNode told)) {
            return;
        }
        if (PipelineSpec.Step.isRun(kind)) {
            RelativePaths.resolve(told, resolution);
        } else if (PipelineSpec.WORK.contains(kind)) {
            parameters.apply(kind).forEach(name -> RelativePaths.resolve(told, name, resolution));
        }
    }

    private String absolute(String path, JsonNode matrix, String place) {
        Matcher matcher = FROM_MATRIX.matcher(path);
        if (!matcher.matches()) {
            return RelativePaths.absolute(path, folder);
        }
        JsonNode values = matrix.path(matcher.group(1));
        long relative = StreamSupport.stream(values.spliterator(), false)
                .filter(value -> RelativePaths.isRelative(value.asText()))
                .count();
        if (!values.isArray() || relative == 0) {
            return path;
        }
        if (relative < values.size()) {
            mixed(place + "." + MATRIX + "." + matcher.group(1));
        }
        // The values stay: names stand there, too, and other texts have them.
        return folder.resolve(path).toString();
    }

    private void mixed(String place) {
        Problem problem = new Problem(place, "has relative paths beside others; write all of them relative, or none");
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }
}
