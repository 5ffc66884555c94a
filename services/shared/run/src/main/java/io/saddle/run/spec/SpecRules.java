package io.saddle.run.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** The rules of a specification beyond the schema, which connect one part with another. */
final class SpecRules {

    private static final long MOST_STEPS_OF_A_SLOT = 500;

    private static final String CPU = "cpu";
    /** In the artifacts' volume of Compose and Kubernetes. */
    private static final String CLASSIFIERS = "classifiers";

    /** Every broken rule; a rule is silent about parts of a wrong type, of which the schema speaks. */
    List<Problem> problems(JsonNode spec) {
        List<Problem> problems = new ArrayList<>();
        if (spec.path("name").asText().equals(DataSetVersions.FOLDER)) {
            problems.add(new Problem("name", "'datasets' is where data sets lie among the runs; choose another"));
        }
        if (spec.path("name").asText().equals(CLASSIFIERS)) {
            problems.add(new Problem(
                    "name", "'classifiers' is where evaluators keep theirs among the runs; choose another"));
        }
        List<Problem> data = data(spec.path("data"));
        problems.addAll(Problem.under("data", data));
        problems.addAll(
                Problem.under("evaluation.reference", Problem.without(data, data(spec.at("/evaluation/reference")))));
        constraints(spec, data, problems);
        stability(spec, problems);
        staleness(spec.path("dual"), problems);
        delay(spec.path("dual"), problems);
        schedule(spec, problems);
        flow(spec, problems);
        ema(spec.path("training"), problems);
        slots(spec, problems);
        devices(spec.at("/training/device"), problems);
        guidance(spec, problems);
        problems.addAll(UNetRules.problems(spec.at("/model/unet"), "model.unet"));
        return problems;
    }

    private void constraints(JsonNode spec, List<Problem> inherited, List<Problem> problems) {
        JsonNode constraints = spec.path("constraints");
        boolean toldClasses = toldClasses(spec);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < constraints.size(); i++) {
            JsonNode constraint = constraints.path(i);
            String path = "constraints[" + i + "]";
            String id = constraint.path("id").asText();
            if (id.equals(SlotResultSize.OBJECTIVE)) {
                problems.add(new Problem(path + ".id", "'objective' is the objective's own name; choose another"));
            } else if (!id.isEmpty() && !ids.add(id)) {
                problems.add(new Problem(path + ".id", "'" + id + "' is taken by an earlier constraint"));
            }
            ConstraintRules.check(constraint, path, problems);
            if (toldClasses && constraint.path("kind").asText().equals(ConstraintKinds.CLASS_FREQUENCY)) {
                problems.add(new Problem(
                        path + ".kind",
                        "class-frequency is for a network that chooses what it shows: one that is told classes"
                                + " (model.unet.num_class_embeds) shows those that it is asked for"));
            }
            List<Problem> data = data(constraint.path("data"));
            problems.addAll(Problem.under(path + ".data", Problem.without(inherited, data)));
            problems.addAll(Problem.under(
                    path + ".evaluationData", Problem.without(data, data(constraint.path("evaluationData")))));
        }
    }

    /** The problems of data, by their places in it. */
    private static List<Problem> data(JsonNode data) {
        List<Problem> problems = new ArrayList<>();
        shares(data.path("classes"), "classes", problems);
        data.path("groups")
                .properties()
                .forEach(column -> shares(column.getValue(), "groups." + column.getKey(), problems));
        Where.parse("where", data.path("where"), problems);
        boolean file = data.path("images").isTextual()
                && !data.path("images").textValue().startsWith(DataSetVersions.PREFIX);
        for (String key : List.of("where", "groups")) {
            if (file && !data.path(key).isEmpty()) {
                problems.add(new Problem(
                        key,
                        "needs the columns of a data set (dataset: NAME, ./saddle data import); of files there are"
                                + " classes alone"));
            }
        }
        return problems;
    }

    private static boolean toldClasses(JsonNode spec) {
        return spec.at("/model/unet/num_class_embeds").isNumber();
    }

    private static void guidance(JsonNode spec, List<Problem> problems) {
        if (spec.at("/evaluation/guidance").asDouble(1) == 1) {
            return;
        }
        if (!toldClasses(spec)) {
            problems.add(new Problem(
                    "evaluation.guidance", "is for a network that is told classes (model.unet.num_class_embeds)"));
        } else if (spec.at("/training/labelDropout").asDouble() == 0 && !spec.has("initialModel")) {
            problems.add(new Problem(
                    "evaluation.guidance",
                    "needs a network that has learnt images without a class: training.labelDropout, 0.1 for example"));
        }
    }

    private static void shares(JsonNode shares, String path, List<Problem> problems) {
        shares.properties().forEach(share -> {
            if (share.getValue().has("count") && share.getValue().has("fraction")) {
                problems.add(new Problem(
                        path + "." + share.getKey(), "count and fraction are both given; keep one of them"));
            }
        });
    }

    /** Said of the run's own pair, and of a constraint that changes one of them. */
    private static void stability(JsonNode spec, List<Problem> problems) {
        JsonNode dual = spec.path("dual");
        String optimizer = dual.path("optimizer").asText();
        JsonNode nupi = dual.path("nupi");
        boolean integralOnly = optimizer.equals("nupi") && nupi.path("kp").asDouble(1) == 0;
        if (!integralOnly && !optimizer.equals("gradient-ascent")) {
            return;
        }
        OptionalDouble ki = integralOnly ? OptionalDouble.of(nupi.path("ki").asDouble(1)) : OptionalDouble.empty();
        stability(dual.path("resilience"), dual.path("learningRate"), ki, "dual.resilience", problems);
        JsonNode constraints = spec.path("constraints");
        for (int i = 0; i < constraints.size(); i++) {
            JsonNode constraint = constraints.path(i);
            if (constraint.has("resilience") || constraint.has("dualLearningRate")) {
                stability(
                        constraint.has("resilience") ? constraint.path("resilience") : dual.path("resilience"),
                        constraint.has("dualLearningRate")
                                ? constraint.path("dualLearningRate")
                                : dual.path("learningRate"),
                        ki,
                        "constraints[" + i + "].resilience",
                        problems);
            }
        }
    }

    private static void stability(
            JsonNode resilience, JsonNode learningRate, OptionalDouble ki, String path, List<Problem> problems) {
        DualStability.problem(path, resilience.asDouble(), learningRate.asDouble(), ki)
                .ifPresent(problems::add);
    }

    /** The next snapshot comes after primalSteps: multipliers must be allowed to grow as old as that. */
    private static void staleness(JsonNode dual, List<Problem> problems) {
        long primalSteps = dual.path("primalSteps").asLong();
        long maxStaleSteps = dual.path("maxStaleSteps").asLong();
        if ("ASYNC".equals(dual.path("mode").asText()) && maxStaleSteps < primalSteps) {
            problems.add(new Problem(
                    "dual.maxStaleSteps",
                    "must be >= primalSteps (" + primalSteps + "), was " + maxStaleSteps
                            + ": training would wait for ever for a snapshot that is not due yet"));
        }
    }

    private static void delay(JsonNode dual, List<Problem> problems) {
        String mode = dual.path("mode").asText();
        if (dual.has("delay") && !mode.equals(RunSpec.Mode.PIPELINED.name())) {
            problems.add(new Problem("dual.delay", "is for mode: PIPELINED; this is " + mode));
        }
    }

    private static void flow(JsonNode spec, List<Problem> problems) {
        if (!ScheduleKeys.isFlow(spec)) {
            return;
        }
        JsonNode sampler = spec.at("/evaluation/sampler");
        if (sampler.isTextual() && !sampler.textValue().equals("euler")) {
            problems.add(new Problem(
                    "evaluation.sampler",
                    sampler.textValue() + " steps on betas; with prediction: flow there are none, take euler"));
        }
        if (spec.at("/evaluation").has("samplerSpacing")) {
            problems.add(new Problem(
                    "evaluation.samplerSpacing",
                    "is for samplers on betas; along a flow (prediction: flow) steps are even"));
        }
        if (spec.at("/training/minSnrGamma").asDouble() != 0) {
            problems.add(new Problem(
                    "training.minSnrGamma",
                    "is for betas: min-SNR weighs by alpha_bar; the rows of a flow (prediction: flow) weigh the same"));
        }
    }

    /** A slot's result tells of each of its steps, and is one record. */
    private static void slots(JsonNode spec, List<Problem> problems) {
        long steps = spec.at("/dual/primalSteps").asLong();
        if (spec.at("/training/slots").asInt() > 1 && steps > MOST_STEPS_OF_A_SLOT) {
            problems.add(new Problem(
                    "training.slots",
                    "is for dual.primalSteps up to " + MOST_STEPS_OF_A_SLOT
                            + ", which is how long slots go on by themselves; it is " + steps));
        } else if (spec.at("/training/slots").asInt() > 1) {
            List<String> ids = new ArrayList<>();
            spec.path("constraints")
                    .forEach(constraint -> ids.add(constraint.path("id").asText()));
            SlotResultSize.tooMany(steps, spec.at("/training/diagnosticsEvery").asInt(), ids)
                    .ifPresent(wrong -> problems.add(new Problem("training.slots", wrong)));
        }
    }

    /** Each of several GPUs has one copy of the weights; the processor may stand for several devices. */
    private static void devices(JsonNode device, List<Problem> problems) {
        List<String> names = List.of(device.asText().split(","));
        if (!names.stream().allMatch(name -> name.equals(CPU) || name.matches("cuda:[0-9]+"))) {
            return;
        }
        Set<String> different = new HashSet<>(names);
        if (different.contains(CPU) && different.size() > 1) {
            problems.add(new Problem(
                    "training.device",
                    "names the processor beside another device, and a step is as slow as its slowest part; name GPUs alone,"
                            + " or cpu alone, was '" + device.asText() + "'"));
        } else if (!different.contains(CPU) && different.size() < names.size()) {
            problems.add(
                    new Problem("training.device", "names a GPU twice; name each once, was '" + device.asText() + "'"));
        }
    }

    private static void ema(JsonNode training, List<Problem> problems) {
        JsonNode least = training.at("/ema/minDecay");
        JsonNode most = training.path("emaDecay");
        if (least.isNumber() && most.isNumber() && least.asDouble() > most.asDouble()) {
            problems.add(
                    new Problem("training.ema.minDecay", "must be <= training.emaDecay (" + most + "), was " + least));
        }
    }

    private static void schedule(JsonNode spec, List<Problem> problems) {
        JsonNode schedule = spec.at("/model/schedule");
        JsonNode timesteps = schedule.path("trainTimesteps");
        JsonNode samplerSteps = spec.at("/evaluation/samplerSteps");
        if (timesteps.isNumber() && samplerSteps.isNumber() && samplerSteps.asDouble() > timesteps.asDouble()) {
            problems.add(new Problem(
                    "evaluation.samplerSteps",
                    "must be <= model.schedule.trainTimesteps (" + timesteps + "), was " + samplerSteps));
        }
        JsonNode first = schedule.path("betaStart");
        JsonNode last = schedule.path("betaEnd");
        if (first.isNumber() && last.isNumber() && first.asDouble() > last.asDouble()) {
            problems.add(new Problem("model.schedule.betaStart", "must be <= betaEnd (" + last + "), was " + first));
        }
        if (schedule.path("zeroTerminalSnr").asBoolean()
                && spec.at("/model/prediction").asText().equals("epsilon")) {
            problems.add(new Problem(
                    "model.schedule.zeroTerminalSnr",
                    "needs prediction: v_prediction: nothing of an image is left at the last noise level, and the noise alone says"
                            + " nothing about it"));
        }
    }
}
