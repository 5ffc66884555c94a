package io.saddle.pipeline.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.pipeline.spec.PipelineSpec.Instance;
import io.saddle.pipeline.spec.PipelineSpec.Step;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PipelineParserTest {

    private static final String TUNE = """
            name: tune
            steps:
              pretrain:
                run: {training: {steps: 100}}
                retries: {times: 2, wait: 10s}
                timeout: 2h
              look:
                needs: pretrain
                approval: Are the samples good?
              tune:
                needs: [pretrain, look]
                when: {step: pretrain, output: kid, below: 0.02}
                matrix:
                  seed: [1, 2]
                  variant:
                    free: {constraints: []}
                    held: {dual: {learningRate: 0.1}}
                run:
                  initialModel: run:${steps.pretrain.run}@best
                  seed: ${matrix.seed}
                  constraints: [{id: keep, threshold: 0.1}]
              upload:
                needs: tune
                task: {kind: s3-upload, parameters: {model: "${steps.tune.run} of ${steps.pretrain.run}"}}
            """;

    private final List<ObjectNode> checked = new ArrayList<>();
    /** Whether the network of each of them is known. */
    private final List<Boolean> known = new ArrayList<>();

    private final PipelineParser parser = new PipelineParser((specification, knowsModel) -> {
        checked.add(specification);
        known.add(knowsModel);
        return List.of();
    });

    private PipelineSpec read(String yaml) {
        return parser.fromJson(parser.definition("p.yaml", yaml, null));
    }

    private List<String> refused(String yaml) {
        return assertThrows(InvalidRunSpecException.class, () -> read(yaml)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    private static List<String> names(Step step) {
        return step.instances().stream().map(Instance::name).toList();
    }

    @Test
    void stepsComeWithTheirNeedsRetriesAndTimeouts() {
        PipelineSpec spec = read(TUNE);
        assertEquals(
                List.of("pretrain", "look", "tune", "upload"),
                spec.steps().stream().map(Step::name).toList());
        Step pretrain = spec.step("pretrain").orElseThrow();
        assertEquals(Duration.ofHours(2), pretrain.timeout());
        assertEquals(
                List.of(10L, 20L, 40L, 3600L, 3600L),
                List.of(1, 2, 3, 12, 90).stream()
                        .map(failed -> pretrain.retries().after(failed).toSeconds())
                        .toList());
        assertEquals(
                "{\"question\":\"Are the samples good?\"}",
                spec.step("look").orElseThrow().instances().get(0).parameters().toString());
        assertEquals(
                List.of("pretrain", "look"), spec.step("tune").orElseThrow().needs());
        assertEquals("s3-upload", spec.step("upload").orElseThrow().kind());
    }

    @Test
    void aMatrixIsEveryCombinationWithItsValuesAndChanges() {
        Step tune = read(TUNE).step("tune").orElseThrow();
        assertEquals(
                List.of("tune.seed-1.free", "tune.seed-1.held", "tune.seed-2.free", "tune.seed-2.held"), names(tune));
        ObjectNode last = tune.instances().get(3).parameters();
        assertTrue(last.get("seed").isInt(), "a number stays one: " + last.get("seed"));
        assertEquals(2, last.get("seed").intValue());
        assertEquals("{\"learningRate\":0.1}", last.get("dual").toString());
        assertEquals(1, last.get("constraints").size());
        assertEquals(0, tune.instances().get(2).parameters().get("constraints").size());
        assertEquals("run:${steps.pretrain.run}@best", last.get("initialModel").textValue());
    }

    @Test
    void valuesThatDoNotFitIntoNamesAreCounted() {
        Step step = read("{name: p, steps: {a: {matrix: {prompt: [a cat, a dog]}, task: {kind: draw}}}}")
                .step("a")
                .orElseThrow();
        assertEquals(List.of("a.prompt-1", "a.prompt-2"), names(step));
    }

    /** A small definition would have filled the console's heap. */
    @Test
    void millionsOfCombinationsAreRefusedBeforeTheyAreMade() {
        String few = IntStream.range(0, 256).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String many = String.join(", ", Collections.nCopies(60_000, "1"));
        assertEquals(
                List.of("steps.a.matrix: has more than 256 combinations"),
                refused("{name: p, steps: {a: {matrix: {n: [" + few + "], m: [" + many + "]}, task: {kind: draw}}}}"));
    }

    /** Results of one would have been taken for the other's. */
    @Test
    void combinationsOfTheSameNameAreRefused() {
        assertEquals(
                List.of("steps.a.matrix: two combinations are called a.n-1"),
                refused("{name: p, steps: {a: {matrix: {n: [1, 1, 2]}, task: {kind: draw}}}}"));
        assertEquals(
                List.of("steps.a.matrix: two combinations are called a.n-1"),
                refused("{name: p, steps: {a: {matrix: {n: [a cat, 1]}, task: {kind: draw}}}}"));
    }

    @Test
    void runsAreCheckedWithoutWhatOtherStepsMake() {
        read(TUNE);
        ObjectNode tuned = checked.get(1);
        assertFalse(tuned.has("initialModel"));
        assertEquals(List.of(true, false, false, false, false), known.subList(0, 5));
        assertEquals(1, tuned.get("seed").intValue());
        assertTrue(tuned.has("name"));
    }

    /** Import, encoding and constrained training could not be one pipeline: its columns were asked of the bundled digits. */
    @Test
    void columnsOfADataSetThatAnotherStepMakesAreLeftToTheRun() {
        PipelineParser real = reading(new RunSpecParser(
                folder -> {
                    throw new IOException("no models here");
                },
                address -> {
                    throw new IOException("there is no data set '" + address + "'");
                }));
        String definition = """
                name: p
                steps:
                  faces: {encode: {dataset: faces, autoencoder: /vae, name: latent}}
                  train:
                    needs: faces
                    run:
                      data: {dataset: "${steps.faces.dataset}", class: Male, where: {split: train}, groups: {Male: {yes: {count: 9}}}}
                      constraints: [{id: men, threshold: 0.1, data: {where: {Male: yes}}}]
                """;
        assertTrue(real.definition("p.yaml", definition, null).contains("${steps.faces.dataset}"));

        InvalidRunSpecException mistaken = assertThrows(
                InvalidRunSpecException.class,
                () -> real.definition("p.yaml", definition.replace("split: train}", "split: train}, wher: 1"), null));
        assertEquals(
                List.of("steps.train.run.data.wher: unknown key, did you mean where?"),
                mistaken.problems().stream().map(Problem::toString).toList());
    }

    /** The default network is told no classes, and has a thousand timesteps. */
    @Test
    void whatIsHeldAgainstAModelThatAnotherStepMakesIsLeftToTheRun() {
        PipelineParser real = reading(new RunSpecParser());
        String definition = """
                name: p
                steps:
                  pretrain: {run: {training: {steps: 100}}}
                  tune:
                    needs: pretrain
                    run:
                      initialModel: run:${steps.pretrain.run}@best
                      evaluation: {guidance: 1.5, samplerSteps: 1500}
                """;
        assertTrue(real.definition("p.yaml", definition, null).contains("guidance"));

        InvalidRunSpecException mistaken = assertThrows(
                InvalidRunSpecException.class,
                () -> real.definition("p.yaml", definition.replace("initialModel: run:$", "seed: $"), null));
        assertEquals(
                List.of(
                        "steps.tune.run.evaluation.samplerSteps: must be <= model.schedule.trainTimesteps (1000), was 1500",
                        "steps.tune.run.evaluation.guidance: is for a network that is told classes (model.unet.num_class_embeds)"),
                mistaken.problems().stream().map(Problem::toString).toList());
    }

    private static PipelineParser reading(RunSpecParser runs) {
        return new PipelineParser((specification, knowsModel) -> {
            try {
                runs.parse("run.yaml", specification.toString());
                return List.of();
            } catch (InvalidRunSpecException e) {
                return e.problems();
            }
        });
    }

    @Test
    void everyMistakeIsSaidAtOnceThoseOfRunsToo() {
        PipelineParser real = reading(new RunSpecParser());
        List<String> problems =
                assertThrows(InvalidRunSpecException.class, () -> real.definition("p.yaml", """
                name: p
                steps:
                  pretrain: {run: {training: {stepps: 100}}}
                  tune:
                    needs: pretrian
                    matrix: {n: [1, 2]}
                    run: {name: mine, initialModel: "run:${steps.pretrain.run}@best", seed: "${matrix.m}"}
                  both: {run: {}, approval: 'Really?'}
                  none: {needs: both}
                  judge:
                    needs: both
                    when: [{step: pretrain, output: kid, below: 1}, {step: both, below: 2}, {step: both}]
                    task: {kind: my-judge, parameters: {what: "${kid}"}}
                """, null))
                        .problems()
                        .stream()
                        .map(Problem::toString)
                        .toList();
        assertEquals(
                List.of(
                        "steps.pretrain.run.training.stepps: unknown key, did you mean steps?",
                        "steps.tune.needs: there is no step 'pretrian', did you mean pretrain?",
                        "steps.tune.run.name: comes from the pipeline; leave it out",
                        "steps.tune: ${steps.pretrain.run} is of a step that this one does not need (needs: ...)",
                        "steps.tune: ${matrix.m} is no key of the step's matrix with a list of values",
                        "steps.both: must have one of run, fork, data, encode, judge, export, approval, task; has run and approval",
                        "steps.none: must have one of run, fork, data, encode, judge, export, approval, task",
                        "steps.judge: ${kid} means nothing; there are ${steps.NAME.OUTPUT}, ${matrix.KEY} and ${after.steps.NAME.OUTPUT}",
                        "steps.judge.when.step: 'pretrain' is no step that this one needs (needs: ...)",
                        "steps.judge.when.output: is required: what is compared",
                        "steps.judge.when: must say below, above, is or held"),
                problems);
    }

    @Test
    void circlesAndNamesThatCannotBeAreRefused() {
        assertEquals(
                List.of("steps: none of a, b can begin: they need each other in a circle"),
                refused("{name: p, steps: {a: {needs: b, run: {}}, b: {needs: a, run: {}}, c: {needs: b, run: {}}}}")
                        .stream()
                        .toList());
        assertTrue(refused("{name: p.q, steps: {a: {run: {}}}}").get(0).startsWith("name: must match"));
        assertTrue(refused("{name: p, steps: {a.b: {run: {}}}}").get(0).startsWith("steps.a.b: must be"));
        assertEquals(List.of("steps: there is none"), refused("{name: p, steps: {}}"));
        assertEquals(
                List.of("steps.a.timeout: must match ^[1-9][0-9]{0,5}(s|m|h|d)$, was 'soon'"),
                refused("{name: p, steps: {a: {timeout: soon, run: {}}}}"));
        assertTrue(refused("{name: p, steps: {a: {run: {}, matrix: {x: [" + "1,".repeat(299) + "1]}}}}")
                .get(0)
                .contains("more than 256"));
        assertEquals(
                List.of("steps.a.export.step: must be a number or an output of another step (${steps.NAME.OUTPUT}), was"
                        + " 'best'"),
                refused("{name: p, steps: {a: {export: {run: r, step: best, out: /x}}}}"));
        assertTrue(refused("[1, 2]").get(0).contains("keys and values"));
        assertTrue(refused("a: b: c").get(0).contains("is not valid YAML"));
    }

    @Test
    void relativePathsMeanTheFilesFolderAndReferencesStay() {
        String definition = parser.definition(
                "p.yaml",
                "{name: p, steps: {a: {run: {data: {images: some.idx}}}, b: {needs: a, run: {initialModel:"
                        + " '${steps.a.model}'}}}}",
                Path.of("/data"));
        assertTrue(definition.contains("/data/some.idx"), definition);
        assertTrue(definition.contains("\"${steps.a.model}\""), definition);
    }

    /** They reached the worker as they stood, which took them for paths under its own folder. */
    @Test
    void relativePathsOfAMatrixMeanTheFilesFolderToo() {
        String all = """
                name: p
                steps:
                  a:
                    matrix: {from: {cats: {source: cats}, dogs: {source: /abs/dogs}}}
                    data: {source: x, name: "${steps.b.run}"}
                    needs: b
                  b:
                    matrix: {from: {cats: {data: {images: cats.idx}, constraints: {keep: {data: {images: keep.idx}}}}}}
                    run: {constraints: [{id: keep, threshold: 0.1}]}
                  c:
                    needs: b
                    matrix: {from: {cats: {evaluation: {referenceStatistics: cats.npz}}}}
                    fork: {run: "${steps.b.run}"}
                """;
        PipelineSpec spec = parser.fromJson(parser.definition("p.yaml", all, Path.of("/team")));
        assertEquals(List.of("/team/cats", "/abs/dogs"), parameters(spec, "a", "/source"));
        assertEquals(List.of("/team/cats.idx"), parameters(spec, "b", "/data/images"));
        assertEquals(List.of("/team/keep.idx"), parameters(spec, "b", "/constraints/0/data/images"));
        assertEquals(List.of("/team/cats.npz"), parameters(spec, "c", "/set/evaluation/referenceStatistics"));
    }

    @Test
    void valuesOfAMatrixThatPathsBeginWithMeanTheFilesFolderToo() {
        String lists = """
                name: p
                steps:
                  a:
                    matrix: {from: [cats, ../dogs], size: [32]}
                    data: {source: "${matrix.from}/${matrix.size}", name: "${matrix.from}"}
                  b:
                    matrix: {from: [/cats, "bundled:mnist"]}
                    run: {data: {images: "${matrix.from}"}}
                """;
        PipelineSpec spec = parser.fromJson(parser.definition("p.yaml", lists, Path.of("/team")));
        assertEquals(List.of("/team/cats/32", "/team/../dogs/32"), parameters(spec, "a", "/source"));
        assertEquals(List.of("cats", "../dogs"), parameters(spec, "a", "/name"), "as it stands in the list");
        assertEquals(
                List.of("a.from-cats.size-32", "a.from-2.size-32"),
                names(spec.step("a").orElseThrow()));
        assertEquals(List.of("/cats", "bundled:mnist"), parameters(spec, "b", "/data/images"));
    }

    @Test
    void aMatrixOfRelativeAndOtherPathsIsRefused() {
        String mixed =
                "{name: p, steps: {a: {matrix: {from: [cats, /dogs]}, data: {source: '${matrix.from}', name: x}}}}";
        List<Problem> problems = assertThrows(
                        InvalidRunSpecException.class, () -> parser.definition("p.yaml", mixed, Path.of("/team")))
                .problems();
        assertEquals(
                List.of(new Problem(
                        "steps.a.matrix.from",
                        "has relative paths beside others; write all of them relative, or none")),
                problems);
    }

    private static List<String> parameters(PipelineSpec spec, String step, String pointer) {
        return spec.step(step).orElseThrow().instances().stream()
                .map(instance -> instance.parameters().at(pointer).asText())
                .toList();
    }

    @Test
    void workIsOrderedWithWhatItsCommandIsTold() {
        String chain = """
                name: chain
                steps:
                  import:
                    data: {source: photographs, name: cats, size: 64}
                  encode:
                    needs: import
                    matrix: {element: [float16, float32]}
                    encode: {dataset: "${steps.import.dataset}", autoencoder: vae, name: "cats-${matrix.element}", element: "${matrix.element}"}
                  judge:
                    needs: encode
                    judge: {run: some-run, reference: /held-out, images: 500}
                """;
        PipelineSpec spec = parser.fromJson(parser.definition("p.yaml", chain, Path.of("/team")));
        assertEquals(
                List.of("data", "encode", "judge"),
                spec.steps().stream().map(Step::kind).toList());
        assertEquals(
                "{\"source\":\"/team/photographs\",\"name\":\"cats\",\"size\":64}",
                spec.steps().get(0).instances().get(0).parameters().toString());
        assertEquals(
                "{\"dataset\":\"${steps.import.dataset}\",\"autoencoder\":\"/team/vae\",\"name\":\"cats-float32\",\"element\":\"float32\"}",
                spec.steps().get(1).instances().get(1).parameters().toString());
        assertEquals(
                List.of(
                        "steps.a.data.colour: unknown key; there are source, name, size, channels, attributes, filter, background, max-bad,"
                                + " hold-out",
                        "steps.a.data.name: is required"),
                refused("{name: p, steps: {a: {data: {source: x, colour: red}}}}"));
        assertEquals(
                List.of("steps.a.task.kind: 'encode' is a kind of its own: write encode: {...} instead"),
                refused("{name: p, steps: {a: {task: {kind: encode}}}}"));
        String kept = "{\"name\":\"p\",\"steps\":{\"a\":{\"task\":{\"kind\":\"encode\"}}}}";
        assertEquals("encode", parser.fromJson(kept).steps().get(0).kind(), "kept before there was such a step");
    }

    @Test
    void anApprovalAsksForEachCombinationOfItsMatrix() {
        Step look = read("{name: p, steps: {a: {run: {}}, look: {needs: a, matrix: {seed: [1, 2]},"
                        + " approval: 'Is seed ${matrix.seed} of ${steps.a.run} good?'}}}")
                .step("look")
                .orElseThrow();
        assertEquals(
                List.of("Is seed 1 of ${steps.a.run} good?", "Is seed 2 of ${steps.a.run} good?"),
                look.instances().stream()
                        .map(one -> one.parameters().path(PipelineSpec.QUESTION).asText())
                        .toList());
        assertEquals(
                List.of("steps.look: ${steps.b.run} is of a step that this one does not need (needs: ...)"),
                refused("{name: p, steps: {look: {approval: '${steps.b.run}?'}}}"));
    }

    @Test
    void aForkIsChangedByItsMatrix() {
        PipelineSpec spec = read("""
                name: p
                steps:
                  pretrain: {run: {}}
                  tune:
                    needs: pretrain
                    matrix: {seed: [1, 2], variant: {free: {constraints: []}, held: {}}}
                    fork: {run: "${steps.pretrain.run}", set: {seed: "${matrix.seed}", training: {steps: 10}}}
                """);
        Step tune = spec.step("tune").orElseThrow();
        assertTrue(tune.isRun());
        assertEquals(
                List.of("tune.seed-1.free", "tune.seed-1.held", "tune.seed-2.free", "tune.seed-2.held"), names(tune));
        assertEquals(
                "{\"run\":\"${steps.pretrain.run}\",\"set\":{\"seed\":2,\"training\":{\"steps\":10},\"constraints\":[]}}",
                tune.instances().get(2).parameters().toString());
        PipelineSpec without = read("""
                name: p
                steps:
                  tune:
                    matrix: {variant: {plain: {training: {ema: null}, evaluation: null}, held: {}}}
                    fork: {run: base, set: {training: {steps: 10}}}
                """);
        assertEquals(
                "{\"run\":\"base\",\"set\":{\"training\":{\"steps\":10,\"ema\":null},\"evaluation\":null}}",
                without.step("tune")
                        .orElseThrow()
                        .instances()
                        .get(0)
                        .parameters()
                        .toString(),
                "null takes a key of the run's specification away, not one of the changes");
        assertEquals(
                List.of("steps.a.fork.set.name: comes from the pipeline; leave it out"),
                refused("{name: p, steps: {a: {fork: {run: r, set: {name: x}}}}}"));
    }

    private static Instant at(String time) {
        return Instant.parse(time);
    }

    @Test
    void aScheduleIsDueOnceForWhatWasMissed() {
        Schedule nightly = read("{name: p, schedule: {cron: '30 3 * * *', zone: Europe/Berlin}, steps: {a: {run: {}}}}")
                .schedule();
        Instant since = at("2026-01-10T12:00:00Z");
        assertEquals(Optional.of(at("2026-01-11T02:30:00Z")), nightly.next(since));
        assertEquals(Optional.empty(), nightly.due(since, at("2026-01-11T02:29:59Z")));
        assertEquals(Optional.of(at("2026-01-11T02:30:00Z")), nightly.due(since, at("2026-01-11T02:30:00Z")));
        assertEquals(
                Optional.of(at("2026-01-14T02:30:00Z")),
                nightly.due(since, at("2026-01-14T09:00:00Z")),
                "three nights were missed: the last one counts");
        assertEquals(
                Optional.empty(), nightly.due(at("2026-01-14T02:30:00Z"), at("2026-01-14T09:00:00Z")), "it is done");
        assertEquals(
                Optional.of(at("2026-07-02T01:30:00Z")), nightly.next(at("2026-07-01T12:00:00Z")), "in summer time");
    }

    @Test
    void aTimeThatADayLeavesOutComesTheDayAfterAndOneThatItHasTwiceComesOnce() {
        Schedule nightly = read("{name: p, schedule: {cron: '30 2 * * *', zone: Europe/Berlin}, steps: {a: {run: {}}}}")
                .schedule();
        assertEquals(Optional.of(at("2026-03-30T00:30:00Z")), nightly.next(at("2026-03-28T12:00:00Z")));
        Instant autumn = nightly.next(at("2026-10-24T12:00:00Z")).orElseThrow();
        assertEquals(at("2026-10-25T00:30:00Z"), autumn);
        assertEquals(Optional.of(at("2026-10-26T01:30:00Z")), nightly.next(autumn));
    }

    @Test
    void moreInstancesThanARecordHoldsAreRefused() {
        List<String> numbers =
                IntStream.range(0, 200).mapToObj(Integer::toString).toList();
        String step = "{matrix: {x: " + numbers + "}, run: {}}";
        assertEquals(
                List.of(
                        "steps: are 600 with each combination of their matrices, at most 512 fit into an execution: make"
                                + " several pipelines of it"),
                refused("{name: p, steps: {a: " + step + ", b: " + step + ", c: " + step + "}}"));
        String few =
                IntStream.range(0, 30).mapToObj(i -> "s" + i + ": {run: {}}").collect(Collectors.joining(", "));
        String needs = IntStream.range(0, 30).mapToObj(i -> "s" + i).toList().toString();
        String wide = "{needs: " + needs + ", matrix: {x: " + numbers + "}, run: {}}";
        assertEquals(
                List.of("steps: need 6000 steps with each combination of their matrices, at most 4096 fit into an"
                        + " execution: name what is needed directly alone"),
                refused("{name: p, steps: {" + few + ", a: " + wide + "}}"));
        String kept = "{\"name\":\"p\",\"steps\":{"
                + IntStream.range(0, 600)
                        .mapToObj(i -> "\"s" + i + "\":{\"run\":{}}")
                        .collect(Collectors.joining(","))
                + "}}";
        assertEquals(600, parser.fromJson(kept).steps().size(), "an earlier release took it");
    }

    @Test
    void aDefinitionThatIsLargeAsJsonIsRefused() {
        String keys = IntStream.range(0, 45_000).mapToObj(i -> "k" + i).collect(Collectors.joining(","));
        List<String> refused = refused("{name: p, steps: {a: {task: {kind: draw, parameters: {"
                + keys.substring(0, 250_000).replaceFirst(",[^,]*$", "") + "}}}}}");
        assertTrue(refused.get(0).contains("bytes as JSON, must have at most 393216 bytes"), refused.toString());
    }

    @Test
    void schedulesAreRefusedWithWhatIsWrong() {
        String rest = ", steps: {a: {run: {}}}}";
        assertEquals(List.of("schedule: must have one of cron and after"), refused("{name: p, schedule: {}" + rest));
        assertEquals(
                List.of("schedule.after: a pipeline cannot start after itself"),
                refused("{name: p, schedule: {after: p}" + rest));
        assertEquals(
                List.of("schedule.zone: is no time zone; write it as Europe/Berlin, UTC or +02:00"),
                refused("{name: p, schedule: {cron: '0 3 * * *', zone: Mars}" + rest));
        assertEquals(List.of("schedule.cron: never comes"), refused("{name: p, schedule: {cron: '0 3 31 2 *'}" + rest));
        assertTrue(refused("{name: p, schedule: {cron: '0 25 * * *'}" + rest)
                .get(0)
                .startsWith("schedule.cron: "));
    }

    @Test
    void whatAnotherPipelineHasMadeIsThereOnlyAfterIt() {
        String steps = ", steps: {a: {run: {initialModel: 'run:${after.steps.pretrain.run}@best'}}}}";
        assertEquals(
                "nightly",
                read("{name: p, schedule: {after: nightly}" + steps).schedule().after());
        assertEquals(
                List.of(
                        "steps.a: ${after.steps.pretrain.run} is of the pipeline that this one starts after (schedule: {after: ...})"),
                refused("{name: p" + steps));
    }

    /** It was all that was said, and the others came one by one. */
    @Test
    void aKeyThatIsNotKnownHidesNoOtherMistake() {
        PipelineParser strict = new PipelineParser(
                (specification, knowsModel) -> List.of(new Problem("training.steps", "is what this test refuses")));
        InvalidRunSpecException refused =
                assertThrows(InvalidRunSpecException.class, () -> strict.definition("p.yaml", """
                name: p
                shedule: {after: other}
                steps:
                  first: {run: {}, need: [nobody]}
                  second: {needs: frist, run: {}}
                  third: {needs: first, data: {source: a, name: b, size: large}}
                """, null));
        assertEquals(
                List.of(
                        "steps.first.need: unknown key, did you mean needs?",
                        "shedule: unknown key, did you mean schedule?",
                        "steps.second.needs: there is no step 'frist', did you mean first?",
                        "steps.second.run.training.steps: is what this test refuses",
                        "steps.third.data.size: must be a number or an output of another step (${steps.NAME.OUTPUT}), was 'large'"),
                refused.problems().stream().map(Problem::toString).toList(),
                "and nothing of the step whose key may be what is missing");
    }
}
