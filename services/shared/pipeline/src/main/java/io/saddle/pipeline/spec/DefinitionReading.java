package io.saddle.pipeline.spec;

import com.cronutils.model.Cron;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.pipeline.spec.PipelineSpec.Condition;
import io.saddle.pipeline.spec.PipelineSpec.Instance;
import io.saddle.pipeline.spec.PipelineSpec.Retries;
import io.saddle.pipeline.spec.PipelineSpec.Step;
import io.saddle.run.spec.Changes;
import io.saddle.run.spec.NearestName;
import io.saddle.run.spec.Problem;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One definition on its way from a tree that its schema takes to a {@link PipelineSpec}: what the schema cannot tell is found here. */
final class DefinitionReading {

    static final String TASK = "task";
    /** Keys of a step that say what it does. */
    static final List<String> WHAT = Stream.concat(
                    Stream.of(PipelineSpec.RUN, PipelineSpec.FORK),
                    Stream.concat(PipelineSpec.WORK.stream(), Stream.of(PipelineSpec.APPROVAL, TASK)))
            .toList();

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,39}");
    private static final String AFTER = "after.";
    private static final Pattern OF_AFTER = Pattern.compile("after\\.steps\\.([^.]+)\\.(.+)");
    private static final Pattern OF_STEP = Pattern.compile("steps\\.([^.]+)\\.(.+)");

    /** The longest name of a step with its combination, which is a part of its run's. */
    private static final int LONGEST_INSTANCE = 120;

    private static final int MOST_INSTANCES = 512;
    private static final int MOST_NEEDS = 4096;

    private final RunCheck runs;
    private final List<Problem> problems;
    private final Map<String, List<String>> needs = new LinkedHashMap<>();
    private final boolean isNew;
    private boolean isAfter;

    /**
     * @param runs looks at each specification of a run
     * @param problems takes what is wrong
     * @param isNew one that was kept before may be what is refused today
     */
    DefinitionReading(RunCheck runs, List<Problem> problems, boolean isNew) {
        this.runs = runs;
        this.problems = problems;
        this.isNew = isNew;
    }

    PipelineSpec pipeline(ObjectNode tree) {
        String name = tree.get("name").textValue();
        Schedule schedule = tree.has("schedule") ? schedule(name, tree.get("schedule")) : null;
        isAfter = schedule != null && schedule.after() != null;
        JsonNode written = tree.get("steps");
        if (written.isEmpty()) {
            problems.add(new Problem("steps", "there is none"));
        }
        written.properties()
                .forEach(step -> needs.put(step.getKey(), names(step.getValue().path("needs"))));
        List<Step> steps = new ArrayList<>();
        for (Map.Entry<String, JsonNode> step : written.properties()) {
            step("steps." + step.getKey(), step.getKey(), step.getValue()).ifPresent(steps::add);
        }
        circles();
        if (isNew) {
            room(steps);
        }
        return new PipelineSpec(name, tree.path("description").asText(""), schedule, steps);
    }

    /** More would not fit into a record of where an execution stands, in which each instance names what it needs. */
    private void room(List<Step> steps) {
        int instances = steps.stream().mapToInt(step -> step.instances().size()).sum();
        if (instances > MOST_INSTANCES) {
            problems.add(new Problem(
                    "steps",
                    "are " + instances + " with each combination of their matrices, at most " + MOST_INSTANCES
                            + " fit into an execution: make several pipelines of it"));
        }
        int needed = steps.stream()
                .mapToInt(step -> step.instances().size() * step.needs().size())
                .sum();
        if (needed > MOST_NEEDS) {
            problems.add(new Problem(
                    "steps",
                    "need " + needed + " steps with each combination of their matrices, at most " + MOST_NEEDS
                            + " fit into an execution: name what is needed directly alone"));
        }
    }

    private Schedule schedule(String name, JsonNode json) {
        if (json.has("cron") == json.has("after")) {
            problems.add(new Problem("schedule", "must have one of cron and after"));
            return null;
        }
        if (json.path("after").asText().equals(name)) {
            problems.add(new Problem("schedule.after", "a pipeline cannot start after itself"));
        }
        if (json.has("after") && json.has("zone")) {
            problems.add(new Problem("schedule.zone", "says where it is the time of cron, which is not there"));
        }
        ZoneId zone =
                checked("schedule.zone", () -> Schedule.zone(json.path("zone").asText("UTC")));
        Cron cron = json.has("cron")
                ? checked("schedule.cron", () -> Schedule.cron(json.get("cron").asText()))
                : null;
        return new Schedule(cron, zone, json.path("after").textValue());
    }

    private <T> T checked(String place, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(place, e.getMessage()));
            return null;
        }
    }

    private Optional<Step> step(String place, String name, JsonNode json) {
        if (!NAME.matcher(name).matches()) {
            problems.add(new Problem(
                    place, "must be at most 40 letters, digits, '_' and '-': it stands in the names of runs"));
        }
        needs.get(name).forEach(needed -> reference(place + ".needs", needed, needs.keySet()));
        List<String> what = WHAT.stream().filter(json::has).toList();
        if (what.size() != 1) {
            problems.add(new Problem(
                    place,
                    "must have one of " + String.join(", ", WHAT)
                            + (what.isEmpty() ? "" : "; has " + String.join(" and ", what))));
            return Optional.empty();
        }
        boolean isRun = json.has(PipelineSpec.RUN);
        String kind = json.has(TASK) ? json.at("/task/kind").textValue() : what.get(0);
        reserved(place, json);
        List<Instance> instances = instances(place, name, json, what.get(0));
        Set<String> before = before(name);
        for (Instance instance : instances) {
            references(place, instance.parameters(), before);
            if (instance.name().length() > LONGEST_INSTANCE) {
                problems.add(new Problem(
                        place,
                        "the name " + instance.name() + " has more than " + LONGEST_INSTANCE
                                + " characters: give the combinations shorter values, or names"));
            }
            if (isRun) {
                run(place + ".run", instance);
            }
        }
        List<Condition> conditions = conditions(place + ".when", json.path("when"), before);
        return Optional.of(new Step(
                name,
                needs.get(name),
                conditions,
                instances,
                new Retries(
                        json.at("/retries/times").asInt(0),
                        duration(json.at("/retries/wait").asText("30s"))),
                json.has("timeout") ? duration(json.get("timeout").textValue()) : null,
                kind));
    }

    /** The tasks that consoles and workers of this program take say by themselves what they are. */
    private void reserved(String place, JsonNode json) {
        String kind = json.at("/task/kind").asText();
        if (isNew && !kind.equals(TASK) && WHAT.contains(kind)) {
            problems.add(new Problem(
                    place + ".task.kind", "'" + kind + "' is a kind of its own: write " + kind + ": {...} instead"));
        }
    }

    private List<Instance> instances(String place, String name, JsonNode json, String what) {
        String at = what.equals(TASK) ? "/task/parameters" : what.equals(PipelineSpec.FORK) ? "/fork/set" : "/" + what;
        ObjectNode parameters = json.at(at) instanceof ObjectNode given ? given : JsonNodeFactory.instance.objectNode();
        if (what.equals(PipelineSpec.APPROVAL)) {
            parameters.set(PipelineSpec.QUESTION, json.at(at));
        }
        boolean isRun = Step.isRun(what);
        if (isRun && parameters.has("name")) {
            problems.add(new Problem(place + at.replace('/', '.') + ".name", "comes from the pipeline; leave it out"));
        }
        if (!what.equals(PipelineSpec.FORK)) {
            return new Matrix(place, problems, Changes::apply)
                    .instances(name, json.get("matrix"), parameters, UnaryOperator.identity());
        }
        return new Matrix(place, problems, Changes::join).instances(name, json.get("matrix"), parameters, changes -> {
            ObjectNode fork = json.get(PipelineSpec.FORK).deepCopy();
            return fork.set("set", changes);
        });
    }

    private void run(String place, Instance instance) {
        Problem.under(place, new KnownSpecification(instance.parameters()).problems(runs)).stream()
                .filter(problem -> !problems.contains(problem))
                .forEach(problems::add);
    }

    private void references(String place, JsonNode parameters, Set<String> before) {
        for (String reference : References.in(parameters)) {
            Matcher ofStep = OF_STEP.matcher(reference);
            String shown = "${" + reference + "}";
            if (ofStep.matches()) {
                if (!before.contains(ofStep.group(1))) {
                    say(place, shown + " is of a step that this one does not need (needs: ...)");
                }
            } else if (reference.equals(AFTER + "execution")
                    || OF_AFTER.matcher(reference).matches()) {
                if (!isAfter) {
                    say(place, shown + " is of the pipeline that this one starts after (schedule: {after: ...})");
                }
            } else if (reference.startsWith(Matrix.REFERENCES)) {
                say(place, shown + " is no key of the step's matrix with a list of values");
            } else {
                say(
                        place,
                        shown
                                + " means nothing; there are ${steps.NAME.OUTPUT}, ${matrix.KEY} and ${after.steps.NAME.OUTPUT}");
            }
        }
    }

    private void say(String place, String message) {
        Problem problem = new Problem(place, message);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    private List<Condition> conditions(String place, JsonNode written, Set<String> before) {
        List<JsonNode> all = written.isArray() ? list(written) : written.isObject() ? List.of(written) : List.of();
        List<Condition> conditions = new ArrayList<>();
        for (JsonNode json : all) {
            Condition condition = new Condition(
                    json.path("step").textValue(),
                    json.path("output").textValue(),
                    json.has("below") ? json.get("below").doubleValue() : null,
                    json.has("above") ? json.get("above").doubleValue() : null,
                    json.has("is") ? json.get("is").asText() : null,
                    json.has("held") ? json.get("held").booleanValue() : null);
            if (!before.contains(condition.step())) {
                problems.add(new Problem(
                        place + ".step", "'" + condition.step() + "' is no step that this one needs (needs: ...)"));
            }
            boolean compares = condition.below() != null || condition.above() != null || condition.is() != null;
            if (compares && condition.output() == null) {
                problems.add(new Problem(place + ".output", "is required: what is compared"));
            }
            if (!compares && condition.held() == null) {
                problems.add(new Problem(place, "must say below, above, is or held"));
            }
            conditions.add(condition);
        }
        return conditions;
    }

    /** The steps that have ended before one begins. */
    private Set<String> before(String name) {
        Set<String> found = new LinkedHashSet<>();
        List<String> open = new ArrayList<>(needs.getOrDefault(name, List.of()));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (found.add(next)) {
                open.addAll(needs.getOrDefault(next, List.of()));
            }
        }
        return found;
    }

    private void circles() {
        List<String> inCircles = needs.keySet().stream()
                .filter(name -> before(name).contains(name))
                .toList();
        if (!inCircles.isEmpty()) {
            problems.add(new Problem(
                    "steps",
                    "none of " + String.join(", ", inCircles) + " can begin: they need each other in a circle"));
        }
    }

    private void reference(String place, String named, Collection<String> known) {
        if (!known.contains(named)) {
            problems.add(new Problem(
                    place,
                    "there is no step '" + named + "'"
                            + NearestName.of(named, known)
                                    .map(near -> ", did you mean " + near + "?")
                                    .orElse("; there are " + String.join(", ", known))));
        }
    }

    static List<String> names(JsonNode needs) {
        return needs.isTextual()
                ? List.of(needs.textValue())
                : list(needs).stream().map(JsonNode::asText).toList();
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static Duration duration(String text) {
        long count = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
