package io.saddle.pipeline.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.saddle.run.spec.Problem;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A run's specification as far as it is known before the steps that it refers to have ended. What is wrong with the rest, its run's submission
 * finds.
 */
final class KnownSpecification {

    private static final String DATA_SET = "dataset";

    /** In the place of a data set that another step makes, which no store has. */
    private static final String UNMADE = "made-by-another-step";

    /** What determines the network. */
    private static final List<String> MODEL = List.of("initialModel", "model");

    /** What a model determines, which may be one that is not there yet. */
    private static final Pattern OF_MODEL = Pattern.compile("(initialModel|model|constraints\\[[0-9]+]\\.model)\\b");

    /** What is held against a network, beside what determines it. */
    private static final Pattern AGAINST_MODEL = Pattern.compile("evaluation\\.(guidance|sampler|samplerSteps)");

    private final ObjectNode known;
    private final boolean isWhole;
    private final boolean knowsModel;

    /** @param specification may refer to steps */
    KnownSpecification(ObjectNode specification) {
        known = (ObjectNode) withoutReferences(specification);
        isWhole = known.equals(specification);
        knowsModel = MODEL.stream()
                .allMatch(key -> References.in(specification.path(key)).isEmpty());
        // Any name will do: those of executions are not known yet.
        known.put("name", "pipeline");
    }

    /** What is wrong with it whatever the other steps make, each with its place in the specification. */
    List<Problem> problems(RunCheck runs) {
        return runs.problems(known, knowsModel).stream()
                .filter(problem -> isWhole || !isOfWhatIsUnmade(problem))
                .filter(problem ->
                        knowsModel || !AGAINST_MODEL.matcher(problem.path()).matches())
                .toList();
    }

    private static boolean isOfWhatIsUnmade(Problem problem) {
        return OF_MODEL.matcher(problem.path()).lookingAt()
                || problem.path().endsWith("." + DATA_SET) && problem.message().contains(UNMADE);
    }

    /**
     * What refers to other steps is known when they have ended, and left out before; but where it is a data set, what is said of its columns
     * has to stand beside one.
     */
    private static JsonNode withoutReferences(JsonNode tree) {
        JsonNode copy = tree.deepCopy();
        if (copy instanceof ObjectNode object) {
            object.properties()
                    .removeIf(member ->
                            refers(member.getValue()) && !member.getKey().equals(DATA_SET));
            object.properties()
                    .forEach(member -> member.setValue(
                            refers(member.getValue())
                                    ? TextNode.valueOf(UNMADE)
                                    : withoutReferences(member.getValue())));
        }
        return copy;
    }

    private static boolean refers(JsonNode value) {
        return value.isTextual() && !References.in(value).isEmpty();
    }
}
