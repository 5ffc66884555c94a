package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The demands of a constraint's kind on its other parts. */
public final class ConstraintRules {

    /** Of a denoising-loss: {@link #FP32}, or left to the evaluator. */
    public static final String PRECISION_PARAMETER = "precision";

    /** The format that every processor has. */
    public static final String FP32 = "fp32";

    /** Of a denoising-loss: the part of the distance from its threshold, in (0, 1], at which the standard error ends an estimate. */
    public static final String ENOUGH_PARAMETER = "enough";

    private static final Set<String> PRECISIONS = Set.of(FP32, "auto");

    private static final Set<String> NEVER_RELATIVE =
            Set.of(ConstraintKinds.DISTILLATION, ConstraintKinds.CLASS_FREQUENCY, ConstraintKinds.FEATURE_MEAN);

    private ConstraintRules() {}

    /** Rules are silent where the kind is not known: the schema speaks of that. */
    static void check(JsonNode constraint, String path, List<Problem> problems) {
        if (!constraint.path("kind").isTextual()) {
            return;
        }
        String kind = constraint.path("kind").asText();
        boolean distillation = kind.equals(ConstraintKinds.DISTILLATION);
        if (!distillation && !constraint.has("data")) {
            problems.add(new Problem(path + ".data", "is required"));
        }
        if (distillation && constraint.has("data")) {
            problems.add(new Problem(path + ".data", "a distillation has none: it draws pure noise; leave it out"));
        }
        if (kind.equals(ConstraintKinds.CLASS_FREQUENCY)
                && constraint.has("data")
                && constraint.at("/data/classes").isEmpty()
                && constraint.at("/data/where").isEmpty()) {
            problems.add(new Problem(path + ".data.classes", "class-frequency needs the classes whose share is meant"));
        }
        misspelt(constraint, path, "kind", problems);
        misspelt(constraint, path, "evaluator", problems);
        measuredByTheTrainer(constraint, path, kind, problems);
        relative(constraint, path, kind, problems);
        if (kind.equals(ConstraintKinds.DENOISING_LOSS)
                && PinnedJudges.isOurs(kind, constraint.path("evaluator").asText(kind))) {
            parameters(constraint.path("parameters"), path + ".parameters.", problems);
        }
    }

    private static void parameters(JsonNode parameters, String path, List<Problem> problems) {
        String precision = parameters.path(PRECISION_PARAMETER).asText("auto");
        if (!PRECISIONS.contains(precision)) {
            problems.add(new Problem(
                    path + PRECISION_PARAMETER,
                    "must be fp32 or auto (bf16 where it is exact enough), is " + precision));
        }
        JsonNode enough = parameters.path(ENOUGH_PARAMETER);
        if (enough.isTextual() && !isShare(enough.textValue())) {
            problems.add(new Problem(
                    path + ENOUGH_PARAMETER,
                    "must be a number above 0 and at most 1, is '" + enough.textValue()
                            + "': an estimate ends when its standard error is at most so much of the distance from the"
                            + " threshold"));
        }
    }

    private static boolean isShare(String text) {
        try {
            double value = Double.parseDouble(text);
            return value > 0 && value <= 1;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Any name may be an evaluator's or a kind of its own, but one that almost is one of ours is taken for a mistake. */
    private static void misspelt(JsonNode constraint, String path, String key, List<Problem> problems) {
        String name = constraint.path(key).asText();
        boolean ofAnotherDeployment =
                ConstraintKinds.BUILT_IN.stream().anyMatch(builtIn -> name.startsWith(builtIn + "-"));
        if (!ConstraintKinds.BUILT_IN.contains(name) && !ofAnotherDeployment) {
            NearestName.of(name, ConstraintKinds.BUILT_IN, 2)
                    .ifPresent(nearest -> problems.add(
                            new Problem(path + "." + key, "is '" + name + "', did you mean " + nearest + "?")));
        }
    }

    private static void measuredByTheTrainer(JsonNode constraint, String path, String kind, List<Problem> problems) {
        notTheTrainers(kind, constraint.path("evaluator").asText())
                .ifPresent(wrong -> problems.add(new Problem(path + ".evaluator", wrong)));
    }

    /** What is wrong with a specification that nobody has taken yet: runs that were taken go on with it. */
    static List<Problem> ofNew(JsonNode spec) {
        List<Problem> problems = new ArrayList<>();
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; i < constraints.size(); i++) {
            String path = "constraints[" + i + "].";
            String kind = constraints.path(i).path("kind").asText();
            anothers(kind, constraints.path(i).path("evaluator").asText())
                    .ifPresent(wrong -> problems.add(new Problem(path + "evaluator", wrong)));
            unfitThreshold(kind, constraints.path(i).path("threshold").asDouble())
                    .ifPresent(wrong -> problems.add(new Problem(path + "threshold", wrong)));
        }
        return problems;
    }

    /** The reason why a threshold asks for nothing of a kind whose loss is a share. */
    public static Optional<String> unfitThreshold(String kind, double threshold) {
        return kind.equals(ConstraintKinds.CLASS_FREQUENCY) && threshold > 1
                ? Optional.of("is the share of images that may be of other classes, at most 1, was " + threshold)
                : Optional.empty();
    }

    /** The reason why an evaluator cannot measure a kind, as far as that is known without asking it. */
    public static Optional<String> otherEvaluator(String kind, String evaluator) {
        return notTheTrainers(kind, evaluator).or(() -> anothers(kind, evaluator));
    }

    /** An evaluator measures its own kind, whatever it is asked for: a share would be held against a mean squared error. */
    private static Optional<String> anothers(String kind, String evaluator) {
        if (!ConstraintKinds.BUILT_IN.contains(kind)
                || notTheTrainers(kind, evaluator).isPresent()) {
            return Optional.empty();
        }
        return ConstraintKinds.BUILT_IN.stream()
                .filter(other -> !other.equals(kind) && PinnedJudges.isOurs(other, evaluator))
                .map(other -> "'" + evaluator + "' measures the kind " + other + "; kind is " + kind
                        + ": leave evaluator out")
                .findFirst();
    }

    private static Optional<String> notTheTrainers(String kind, String evaluator) {
        boolean fits = kind.equals(ConstraintKinds.MINIBATCH_LOSS) == evaluator.equals(ConstraintKinds.MINIBATCH_LOSS);
        return fits
                ? Optional.empty()
                : Optional.of(
                        "minibatch-loss is measured by the trainer and by nobody else: kind and evaluator are both"
                                + " minibatch-loss or neither; kind is " + kind + ", evaluator is " + evaluator);
    }

    private static void relative(JsonNode constraint, String path, String kind, List<Problem> problems) {
        String relativeTo = constraint.path("relativeTo").asText();
        boolean reference = relativeTo.equals("reference");
        if (!relativeTo.isEmpty() && NEVER_RELATIVE.contains(kind)) {
            problems.add(
                    new Problem(path + ".relativeTo", "a " + kind + " has no such loss to compare with; leave it out"));
        } else if (reference && kind.equals(ConstraintKinds.MINIBATCH_LOSS)) {
            problems.add(new Problem(
                    path + ".relativeTo",
                    "the trainer does not evaluate a reference model; take kind: denoising-loss"));
        }
        boolean needed = reference || kind.equals(ConstraintKinds.DISTILLATION);
        if (needed && !constraint.has("model")) {
            problems.add(new Problem(
                    path + ".model",
                    "is required: the folder of the pre-trained model; the run has no initialModel to take"));
        } else if (!needed && constraint.has("model") && ConstraintKinds.BUILT_IN.contains(kind)) {
            problems.add(
                    new Problem(path + ".model", "is for kind: distillation and relativeTo: reference; leave it out"));
        }
    }
}
