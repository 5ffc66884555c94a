package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.schema.ConstraintDefinition;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RunSpecMistakesTest {

    private static final String DEVICES = "^(auto|cuda:all|(cpu|cuda:[0-9]{1,3})( *, *(cpu|cuda:[0-9]{1,3})){0,63})$";

    private final RunSpecParser parser = new RunSpecParser();

    private List<String> mistakes(String yaml) {
        InvalidRunSpecException e = assertThrows(InvalidRunSpecException.class, () -> parser.parse("run.yaml", yaml));
        return e.getMessage().lines().toList();
    }

    @Test
    void aDelayIsForPipelinedAlone() {
        assertEquals(
                List.of("run.yaml: dual.delay: is for mode: PIPELINED; this is LOCKSTEP"),
                mistakes("{name: x, dual: {mode: LOCKSTEP, delay: 1}}"));
        assertEquals(
                List.of("run.yaml: dual.delay: must be >= 1, was 0"),
                mistakes("{name: x, dual: {mode: PIPELINED, delay: 0}}"));
    }

    /** A share was held against a mean squared error, and the requirement was met for ever. */
    @Test
    void anEvaluatorOfAnotherKindIsRefusedUnlessTheRunWasTaken() throws IOException {
        String constraint = "{id: b, atLeast: 0.3, kind: class-frequency, evaluator: %s, data: {classes: {4: {}}}}";
        for (String evaluator : List.of("denoising-loss", "denoising-loss-next")) {
            assertEquals(
                    List.of("run.yaml: constraints[0].evaluator: '" + evaluator
                            + "' measures the kind denoising-loss; kind is class-frequency: leave evaluator out"),
                    mistakes("{name: a, constraints: [" + constraint.formatted(evaluator) + "]}"));
        }
        for (String evaluator : List.of("class-frequency-next", "mine")) {
            parser.parse("run.yaml", "{name: a, constraints: [" + constraint.formatted(evaluator) + "]}");
        }
        RunSpec taken = parser.parse("run.yaml", "{name: a, constraints: [" + constraint.formatted("mine") + "]}");
        parser.fromJson(parser.toJson(taken).replace("\"mine\"", "\"denoising-loss\""));
    }

    @Test
    void asyncMultipliersMayGrowAsOldAsTheNextSnapshot() {
        assertEquals(
                List.of("run.yaml: dual.maxStaleSteps: must be >= primalSteps (500), was 200: training would wait for"
                        + " ever for a snapshot that is not due yet"),
                mistakes("""
                        name: x
                        dual: {mode: ASYNC, primalSteps: 500, maxStaleSteps: 200}
                        """));
    }

    @Test
    void everyMistakeIsReportedAtOnce() {
        assertEquals(
                List.of(
                        "run.yaml: training.steps: must be >= 1, was 0",
                        "run.yaml: training.learningRat: unknown key, did you mean learningRate?",
                        "run.yaml: dual.mode: must be one of LOCKSTEP, PIPELINED, ASYNC, was 'SOMETIMES'",
                        "run.yaml: constraints[1].threshold: must be >= 0, was -0.2",
                        "run.yaml: constraints[1].id: 'a' is taken by an earlier constraint"),
                mistakes("""
                        name: x
                        training: {learningRat: 0.1, steps: 0}
                        dual: {mode: sometimes}
                        constraints:
                          - {id: a, threshold: 0.1, data: {classes: {1: {}}}}
                          - {id: a, threshold: -0.2, data: {classes: {2: {}}}}
                        """));
    }

    static Stream<Arguments> singleMistakes() {
        return Stream.of(
                arguments(
                        "{name: x, evaluation: {guidance: 2}}",
                        "evaluation.guidance: is for a network that is told classes (model.unet.num_class_embeds)"),
                arguments(
                        "{name: x, model: {unet: {num_class_embeds: 11}}, evaluation: {guidance: 2}}",
                        "evaluation.guidance: needs a network that has learnt images without a class:"
                                + " training.labelDropout, 0.1 for example"),
                arguments(
                        "{name: x, model: {unet: {num_class_embeds: 11}}, constraints: [{id: a, kind: class-frequency,"
                                + " atLeast: 0.1, data: {classes: {1: {}}}}]}",
                        "constraints[0].kind: class-frequency is for a network that chooses what it shows: one that is"
                                + " told classes (model.unet.num_class_embeds) shows those that it is asked for"),
                arguments("{name: x, training: {labelDropout: 1}}", "training.labelDropout: must be < 1, was 1"),
                arguments("{}", "name: is required"),
                arguments("", "name: is required"),
                arguments("[a]", "must be keys and values (name: ...), was a single value or a list"),
                arguments("name: ../x", "name: must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$, was '../x'"),
                arguments("name: 12", "name: must be text, was 12"),
                arguments(
                        "{name: x, training: {slots: 2}, dual: {primalSteps: 500, maxStaleSteps: 1000}, constraints: ["
                                + IntStream.range(0, 60)
                                        .mapToObj(i -> "{id: a-long-name-of-a-class-" + i
                                                + ", threshold: 1, data: {classes: {1: {}}}}")
                                        .collect(Collectors.joining(","))
                                + "]}",
                        "training.slots: a slot's result tells the loss of every constraint in every step, and is one"
                                + " record: 60 constraints in 500 steps are too many for it; take fewer dual.primalSteps,"
                                + " or a larger training.diagnosticsEvery"),
                arguments(
                        "name: classifiers",
                        "name: 'classifiers' is where evaluators keep theirs among the runs; choose another"),
                arguments("{name: a, version: 2}", "version: must be 1, was 2"),
                arguments("{name: a, nmae: b}", "nmae: unknown key, did you mean name?"),
                arguments(
                        "{name: a, checkpoints: {zzz: 1}}",
                        "checkpoints.zzz: unknown key; there are everySteps, everyMinutes, keep"),
                arguments("{name: a, training: 3}", "training: must be a section of keys and values, was 3"),
                arguments("{name: a, training: {steps: soon}}", "training.steps: must be a whole number, was 'soon'"),
                arguments("{name: a, training: {steps: 1.5}}", "training.steps: must be a whole number, was 1.5"),
                arguments("{name: a, training: {learningRate: 0}}", "training.learningRate: must be > 0, was 0"),
                arguments("{name: a, training: {emaDecay: 1}}", "training.emaDecay: must be < 1, was 1"),
                arguments(
                        "{name: a, training: {emaDecay: 0.9, ema: {minDecay: 0.95}}}",
                        "training.ema.minDecay: must be <= training.emaDecay (0.9), was 0.95"),
                arguments("{name: a, training: {ema: {power: 0}}}", "training.ema.power: must be > 0, was 0"),
                arguments(
                        "{name: a, training: {ema: {useEmaWarmup: true}}}",
                        "training.ema.useEmaWarmup: unknown key; there are minDecay, updateAfterStep, warmup, invGamma, power"),
                arguments(
                        "{name: a, training: {clipNorm: 1e999}}",
                        "training.clipNorm: must be <= 1000000000, was Infinity"),
                arguments("{name: a, training: {clipNorm: .nan}}", "training.clipNorm: must be a number, was '.nan'"),
                arguments(
                        "{name: a, seed: 9223372036854775808}",
                        "seed: must be <= 9223372036854775807, was 9223372036854775808"),
                arguments("{name: a, dual: {learningRate: -1}}", "dual.learningRate: must be > 0, was -1"),
                arguments("{name: a, dual: {resilience: 0}}", "dual.resilience: must be > 0, was 0"),
                arguments(
                        "{name: a, dual: {resilience: 2, learningRate: 0.5}}",
                        "dual.resilience: 2 * resilience * learningRate = 2 * 2.0 * 0.5 = 2.0 must be < 2, else the "
                                + "multipliers swing ever wider; take a resilience below 2.0 or a learningRate below 0.5"),
                arguments(
                        "{name: a, dual: {resilience: 2, learningRate: 0.5, optimizer: nupi, nupi: {kp: 0}}}",
                        "dual.resilience: 2 * resilience * learningRate * nupi.ki = 2 * 2.0 * 0.5 * 1.0 = 2.0 must be < 2, else"
                                + " the multipliers swing ever wider; take a resilience below 2.0 or a learningRate below 0.5"),
                arguments(
                        "{name: a, dual: {optimizer: nupi, nupi: {kp: 0, ki: 4}}, constraints: [{id: b, threshold: 0, data: {},"
                                + " resilience: 1, dualLearningRate: 0.5}]}",
                        "constraints[0].resilience: 2 * resilience * learningRate * nupi.ki = 2 * 1.0 * 0.5 * 4.0 = 4.0 must be"
                                + " < 2, else the multipliers swing ever wider; take a resilience below 0.5 or a learningRate"
                                + " below 0.25"),
                arguments(
                        "{name: a, evaluation: {sampler: heun}}",
                        "evaluation.sampler: must be one of ddim, ddpm, dpmpp-2m, euler, was 'heun'"),
                arguments(
                        "{name: a, evaluation: {samplerSteps: 1001}}",
                        "evaluation.samplerSteps: must be <= model.schedule.trainTimesteps (1000), was 1001"),
                arguments(
                        "{name: a, evaluation: {samplerSpacing: even}}",
                        "evaluation.samplerSpacing: must be one of leading, trailing, linspace, was 'even'"),
                arguments(
                        "{name: a, training: {device: gpu}}",
                        "training.device: must match " + DEVICES
                                + " (such as auto, cpu, cuda:1, cuda:all, cuda:0,cuda:1), was 'gpu'"),
                arguments(
                        "{name: a, training: {device: [cuda:all, cpu]}}",
                        "training.device: must match " + DEVICES
                                + " (such as auto, cpu, cuda:1, cuda:all, cuda:0,cuda:1), was 'cuda:all,cpu'"),
                arguments("{name: a, training: {device: []}}", "training.device: must have at least 1 entries"),
                arguments("{name: a, training: {device: [cpu, 1]}}", "training.device[1]: must be text, was 1"),
                arguments(
                        "{name: a, training: {device: 'cuda:1,cuda:0,cuda:1'}}",
                        "training.device: names a GPU twice; name each once, was 'cuda:1,cuda:0,cuda:1'"),
                arguments(
                        "{name: a, training: {device: [cuda:0, cpu]}}",
                        "training.device: names the processor beside another device, and a step is as slow as its slowest"
                                + " part; name GPUs alone, or cpu alone, was 'cuda:0,cpu'"),
                arguments("{name: a, training: {slots: 0}}", "training.slots: must be >= 1, was 0"),
                arguments(
                        "{name: a, training: {slots: 2}, dual: {primalSteps: 501, maxStaleSteps: 501}}",
                        "training.slots: is for dual.primalSteps up to 500, which is how long slots go on by themselves; it is 501"),
                arguments("{name: a, training: {minSnrGamma: -1}}", "training.minSnrGamma: must be >= 0, was -1"),
                arguments(
                        "{name: a, model: {prediction: epsilon, schedule: {zeroTerminalSnr: true}}}",
                        "model.schedule.zeroTerminalSnr: needs prediction: v_prediction: nothing of an image is left at the last"
                                + " noise level, and the noise alone says nothing about it"),
                arguments(
                        "{name: a, model: {prediction: flow, schedule: {betaSchedule: linear}}}",
                        "model.schedule.betaSchedule: is for betas; in a flow (prediction: flow) there are none, x_t = (1 - sigma)"
                                + " x_0 + sigma eps"),
                arguments(
                        "{name: a, model: {prediction: flow, schedule: {zeroTerminalSnr: true}}}",
                        "model.schedule.zeroTerminalSnr: is for betas; a flow (prediction: flow) ends in pure noise by itself"),
                arguments(
                        "{name: a, model: {prediction: flow}, training: {minSnrGamma: 5}}",
                        "training.minSnrGamma: is for betas: min-SNR weighs by alpha_bar; the rows of a flow (prediction: flow)"
                                + " weigh the same"),
                arguments(
                        "{name: a, model: {prediction: flow}, evaluation: {sampler: ddim}}",
                        "evaluation.sampler: ddim steps on betas; with prediction: flow there are none, take euler"),
                arguments(
                        "{name: a, model: {prediction: flow}, evaluation: {samplerSpacing: trailing}}",
                        "evaluation.samplerSpacing: is for samplers on betas; along a flow (prediction: flow) steps are even"),
                arguments(
                        "{name: a, model: {prediction: flow, schedule: {shift: 0}}}",
                        "model.schedule.shift: must be > 0, was 0"),
                arguments(
                        "{name: a, model: {schedule: {shift: 3}}}",
                        "model.schedule.shift: is for prediction: flow; betas are shaped by betaSchedule"),
                arguments(
                        "{name: a, model: {schedule: {betaStart: 0.5}}}",
                        "model.schedule.betaStart: must be <= betaEnd (0.02), was 0.5"),
                arguments(
                        "{name: a, data: {classes: [4]}}",
                        "data.classes: must be a section of keys and values, was [4]"),
                arguments(
                        "{name: a, data: {classes: {four: {}}}}",
                        "data.classes: 'four' is not a class label; labels are whole numbers from 0 to 255"),
                arguments("{name: a, data: {classes: {4: {count: 0}}}}", "data.classes.4.count: must be >= 1, was 0"),
                arguments(
                        "{name: a, data: {classes: {4: {fraction: 1.5}}}}",
                        "data.classes.4.fraction: must be <= 1, was 1.5"),
                arguments(
                        "{name: a, data: {classes: {4: {count: 1, fraction: 0.5}}}}",
                        "data.classes.4: count and fraction are both given; keep one of them"),
                arguments(
                        "{name: a, data: {otherClasses: false}}",
                        "data.otherClasses: false without classes takes no image at all; name the classes"),
                arguments(
                        "{name: a, evaluation: {reference: {otherClasses: {4: {count: 3}}}}}",
                        "evaluation.reference.otherClasses: must be true or false, was {\"4\":{\"count\":3}}"),
                arguments("{name: a, data: {images: x.gz}}", "data.labels: is required where images is given"),
                arguments("{name: a, data: {labels: x.gz}}", "data.images: is required where labels is given"),
                arguments("{name: a, constraints: {id: b}}", "constraints: must be a list, was {\"id\":\"b\"}"),
                arguments(
                        "{name: a, dual: {resilience: 0.3}, constraints: [{id: b}]}",
                        "constraints[0].data: is required"),
                arguments(
                        "{name: a, constraints: [{id: objective, threshold: 1, data: {}}]}",
                        "constraints[0].id: 'objective' is the objective's own name; choose another"),
                arguments(
                        "{name: a, constraints: [{id: b/c, threshold: 1, data: {}}]}",
                        "constraints[0].id: must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$, was 'b/c'"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 1, data: {}, evaluator: 'ma gic'}]}",
                        "constraints[0].evaluator: must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$, was 'ma gic'"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 1, data: {}, evaluator: minibatch-loss, kind: denoising-loss}]}",
                        "constraints[0].evaluator: minibatch-loss is measured by the trainer and by nobody else: kind and"
                                + " evaluator are both minibatch-loss or neither; kind is denoising-loss, evaluator is"
                                + " minibatch-loss"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 1, data: {}, evaluator: denoisin-loss}]}",
                        "constraints[0].evaluator: is 'denoisin-loss', did you mean denoising-loss?"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 0, data: {}, parameters: {precision: fp16}}]}",
                        "constraints[0].parameters.precision: must be fp32 or auto (bf16 where it is exact enough), is fp16"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 0, data: {}, parameters: {enough: '10 %'}}]}",
                        "constraints[0].parameters.enough: must be a number above 0 and at most 1, is '10 %': an estimate"
                                + " ends when its standard error is at most so much of the distance from the threshold"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 0, data: {}, parameters: {enough: '0'}}]}",
                        "constraints[0].parameters.enough: must be a number above 0 and at most 1, is '0': an estimate"
                                + " ends when its standard error is at most so much of the distance from the threshold"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 1, kind: distillation}]}",
                        "constraints[0].model: is required: the folder of the pre-trained model; the run has no"
                                + " initialModel to take"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 1, kind: class-frequency, data: {}}]}",
                        "constraints[0].data.classes: class-frequency needs the classes whose share is meant"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 1, kind: feature-mean, data: {}, relativeTo: objective}]}",
                        "constraints[0].relativeTo: a feature-mean has no such loss to compare with; leave it out"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 1, atLeast: 0.1, data: {}}]}",
                        "constraints[0].atLeast: is for class-frequency; this is a denoising-loss"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 0, data: {}, resilience: 2, dualLearningRate: 0.5}]}",
                        "constraints[0].resilience: 2 * resilience * learningRate = 2 * 2.0 * 0.5 = 2.0 must be < 2, else"
                                + " the multipliers swing ever wider; take a resilience below 2.0 or a learningRate below 0.5"),
                arguments(
                        "{name: a, constraints: [{id: b, threshold: 1, data: {}, evaluationData: {classes: {1: {count: 1, fraction: 1}}}}]}",
                        "constraints[0].evaluationData.classes.1: count and fraction are both given; keep one of them"),
                arguments(
                        "{name: a, model: {unet: {block_out_channels: [16, 32]}}}",
                        "model.unet: down_block_types (3), up_block_types (3) and block_out_channels (2) must have the same "
                                + "length; the defaults have 3"),
                arguments(
                        "{name: a, model: {unet: {block_out_channels: [16, 20, 32]}}}",
                        "model.unet.block_out_channels: 20 is not a multiple of norm_num_groups (8)"),
                arguments(
                        "{name: a, model: {unet: {sample_size: [28, 30]}}}",
                        "model.unet.sample_size: must be a multiple of 4 (2^(levels - 1)), was [28,30]"),
                arguments(
                        "{name: a, model: {unet: {sample_size: 30}}}",
                        "model.unet.sample_size: must be a multiple of 4 (2^(levels - 1)), was 30"),
                arguments(
                        "{name: a, model: {unet: {act_fn: gelu}}}",
                        "model.unet.act_fn: must be one of silu, swish, was 'gelu'"),
                arguments(
                        "{name: a, model: {unet: {down_block_types: [DownBlock2D, DownBlock2D, KDownBlock2D]}}}",
                        "model.unet.down_block_types[2]: must be one of DownBlock2D, AttnDownBlock2D, was 'KDownBlock2D'"),
                arguments("name: a\nname: b", "line 2, column 1: the key 'name' stands here twice"),
                arguments("{name: !secret a}", "line 1, column 8: tags such as !secret are not supported"),
                arguments(
                        "{name: a, data: !!java.net.URL [x]}",
                        "line 1, column 17: is not valid YAML: Global tag is not allowed: "
                                + "tag:yaml.org,2002:java.net.URL"));
    }

    @ParameterizedTest
    @MethodSource("singleMistakes")
    void aMistakeIsSaidWithItsPlace(String yaml, String mistake) {
        assertEquals(List.of("run.yaml: " + mistake), mistakes(yaml));
    }

    /** Without a proportional term nuPI is gradient ascent at the rate of learningRate ki; with one nothing is said. */
    @Test
    void dualSettingsAreHeldToTheSameWithConstraintsThatWereAddedLater() throws IOException {
        RunSpec run = parser.parse("run.yaml", "{name: x}");
        RunSpec grown =
                parser.parse("run.yaml", "{name: x, constraints: [{id: a, threshold: 0, resilience: 0.9, data: {}}]}");
        List<ConstraintDefinition> inForce = new Submissions(parser, Clock.systemUTC())
                .submission(grown, "test")
                .constraints();
        for (double kp : new double[] {0, 0.1}) {
            RunSpec changed = parser.withDual(
                    run, "dual", new YAMLMapper().readTree("{optimizer: nupi, nupi: {ki: 3, kp: " + kp + "}}"));

            assertEquals(
                    kp == 0 ? List.of("constraint a") : List.of(),
                    DualStability.problems(changed.dual(), inForce).stream()
                            .map(Problem::path)
                            .toList());
        }
    }

    @Test
    void textThatIsNotYamlIsRefusedWithLineAndColumn() {
        List<String> mistakes = mistakes("name: a\ndata: {images: [\n");

        assertEquals(1, mistakes.size());
        assertTrue(mistakes.get(0).startsWith("run.yaml: line 3, column 1: is not valid YAML: "), mistakes::toString);
    }

    @Test
    void severalDocumentsAreRefused() {
        assertTrue(
                mistakes("name: a\n---\nname: b\n").get(0).startsWith("run.yaml: line 2, column 1: is not valid YAML"));
    }

    @Test
    void controlCharactersAreRefused() {
        assertTrue(mistakes("name: \"\u0000\"").get(0).startsWith("run.yaml: is not valid YAML"));
    }

    @Test
    void aliasesThatWouldExplodeAreRefused() {
        StringBuilder bomb = new StringBuilder("name: a\nx0: &x0 [1, 1]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("x%d: &x%d [*x%d, *x%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertTrue(mistakes(bomb.toString()).get(0).contains("an alias (*name) of a whole section is not supported"));
    }

    @Test
    void anAliasOfASingleValueIsRead() {
        assertEquals(
                "same",
                parser.parse("run.yaml", "name: &n same\ndescription: *n").description());
    }

    @Test
    void tooLongASpecificationIsRefusedUnread() {
        String comment = "# " + "x".repeat(RunSpecParser.MAX_BYTES);

        assertEquals(
                List.of("run.yaml: must be at most 262144 bytes, was " + (comment.length() + 8)),
                mistakes("name: a\n" + comment));
    }

    @Test
    void mistakesInJsonAreReportedInTheSameWay() {
        assertEquals(
                "spec: name: is required",
                assertThrows(InvalidRunSpecException.class, () -> parser.fromJson("{}"))
                        .getMessage());
        for (String json :
                List.of("", "{", "{\"name\":\"a\"} x", "{\"name\":\"a\",\"name\":\"b\"}", "name: a", "null")) {
            assertThrows(InvalidRunSpecException.class, () -> parser.fromJson(json), json);
        }
    }

    @Test
    void whatOughtToBeAListAndIsNoneIsSaid() {
        String plain = parser.toJson(parser.parse("run.yaml", "name: a"));
        for (String json : List.of(
                plain.replace("\"constraints\":[]", "\"constraints\":{\"everySteps\":200}"),
                plain.replace("\"evaluation\":{", "\"evaluation\":{\"features\":{\"a\":1},"))) {
            assertTrue(
                    assertThrows(InvalidRunSpecException.class, () -> parser.fromJson(json), json)
                            .getMessage()
                            .contains("must be a list"),
                    json);
        }
    }

    @Test
    void nestingWithoutEndIsRefused() {
        String deep = "[".repeat(50_000);

        assertThrows(InvalidRunSpecException.class, () -> parser.parse("run.yaml", "name: " + deep));
        assertThrows(InvalidRunSpecException.class, () -> parser.fromJson("{\"name\":" + deep));
    }

    @Test
    void anyEvaluatorMayBeNamedForOthersBringTheirOwn() {
        String yaml = "{name: a, constraints: [{id: b, threshold: 1, data: {}, evaluator: numpy-denoising-loss}]}";

        RunSpec.Constraint constraint =
                parser.parse("run.yaml", yaml).constraints().get(0);

        assertEquals("numpy-denoising-loss", constraint.evaluator());
        assertEquals("denoising-loss", constraint.kind());
    }
}
