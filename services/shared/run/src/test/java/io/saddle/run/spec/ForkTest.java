package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ForkTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Problem> problems = new ArrayList<>();

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void itIsTheRunsSpecificationWithTheLabelsOfNowAndItsModel() throws Exception {
        ObjectNode known =
                json("{'name':'r','priority':900,'labels':{'team':'then'},'initialModel':{'folder':'/m','sha256':'0'},"
                        + "'training':{'steps':20,'batchSize':8}}");
        Fork fork = new Fork("r", "best", true, json("{'training':{'steps':5}}"));
        assertEquals(
                json("{'name':'s','initialModel':{'folder':'run:r@best','optimizer':'keep'},"
                        + "'training':{'steps':5,'batchSize':8},'labels':{'team':'now'}}"),
                fork.specification(known, new TreeMap<>(Map.of("team", "now")), "s", problems));
        assertEquals("then", known.at("/labels/team").asText(), "that run is left alone");
        assertEquals(List.of(), problems);
    }

    /** The objective learnt the new pictures, constraints and reference were of the old ones, and nobody was told. */
    @Test
    void whatConstraintsHaveFromTheRunsDataFollowsAChangeOfIt() throws Exception {
        RunSpecParser parser = new RunSpecParser();
        RunSpec submitted = parser.parse("run.yaml", """
                name: r
                data: {dataset: faces@1, class: Male, where: {split: train}, seed: 3}
                constraints:
                  - {id: men, threshold: 1, data: {where: {Male: 1}}, evaluationData: {where: {split: test}}}
                  - {id: old, threshold: 1, data: {class: Old}}
                  - {id: either, threshold: 1, data: {where: [{Male: 1}, {Old: 1}]}}
                  - {id: others, threshold: 1, data: {dataset: others@4}}
                """);
        ObjectNode known = json(parser.toJson(submitted));
        for (String change : List.of("{'dataset':'faces@2'}", "{'images':'dataset:faces@2'}")) {
            Fork fork = new Fork("r", "best", false, json("{'data':" + change + "}"));
            ObjectNode made = fork.specification(known, Map.of(), "s", problems);
            made.remove("initialModel");
            RunSpec forked = parser.parse("fork", made.toString());
            assertEquals(List.of(), problems);
            assertEquals(
                    parser.toJson(submitted).replace("faces@1", "faces@2").replace("\"name\":\"r\"", "\"name\":\"s\""),
                    parser.toJson(forked));
        }
        ObjectNode seeded = new Fork("r", "best", false, json("{'data':{'seed':4,'where':{'split':'all'}}}"))
                .specification(known, Map.of(), "s", problems);
        seeded.remove("initialModel");
        String written = parser.toJson(parser.parse("fork", seeded.toString()));
        assertEquals(
                parser.toJson(submitted)
                        .replace("\"seed\":3", "\"seed\":4")
                        .replace("\"split\":\"train\"", "\"split\":\"all\"")
                        .replace("\"name\":\"r\"", "\"name\":\"s\""),
                written);
    }

    private final RunSpecParser parser = new RunSpecParser();

    /** What a fork with these changes is submitted with. */
    private RunSpec forked(RunSpec submitted, String changes) throws Exception {
        ObjectNode made = new Fork("r", "best", false, json(changes))
                .specification(json(parser.toJson(submitted)), Map.of(), "r", problems);
        made.remove("initialModel");
        return parser.parse("fork", made.toString());
    }

    private void assertAllButTheSeedStays(String spec) throws Exception {
        RunSpec submitted = parser.parse("run.yaml", spec);
        RunSpec forked = forked(submitted, "{'data':{'seed':4}}");
        assertEquals(List.of(), problems);
        assertEquals(parser.toJson(submitted).replace("\"seed\":3", "\"seed\":4"), parser.toJson(forked));
        assertEquals(
                parser.toJson(submitted),
                parser.toJson(forked(submitted, "{'training':{'steps':2000}}"))
                        .replace("\"steps\":2000", "\"steps\":1000"));
    }

    @Test
    void whatDataOfAnotherDataSetSayThemselvesStaysThoughTheRunSaysTheSame() throws Exception {
        assertAllButTheSeedStays("""
                name: r
                training: {steps: 1000}
                data: {dataset: faces@1, where: {split: train}, seed: 3, latentMeans: true}
                constraints:
                  - {id: a, threshold: 1, data: {dataset: others@4, where: {split: train, Old: 1}, latentMeans: true},
                     evaluationData: {where: {split: test}}}
                  - {id: b, threshold: 1, data: {dataset: faces@2, where: {split: train}}}
                evaluation: {reference: {dataset: others@4, where: {split: train}}}
                """);
    }

    @Test
    void whatIsMeasuredOnStaysWhereItIsTheRunsAndNotItsConstraints() throws Exception {
        assertAllButTheSeedStays("""
                name: r
                training: {steps: 1000}
                data: {dataset: faces@1, where: {split: train}, seed: 3}
                constraints:
                  - {id: a, threshold: 1, data: {where: {split: extra}}, evaluationData: {where: {split: train}}}
                  - {id: b, threshold: 1, data: {dataset: others@4}, evaluationData: {dataset: faces@1}}
                """);
    }

    @Test
    void otherAlternativesStayWhereOneIsTheRuns() throws Exception {
        assertAllButTheSeedStays("""
                name: r
                training: {steps: 1000}
                data: {dataset: faces@1, where: {split: train}, seed: 3}
                constraints:
                  - {id: a, threshold: 1, data: {where: [{split: train}, {split: val, Old: 1}]}}
                  - {id: b, threshold: 1, data: {where: [{Old: 1}]}}
                """);
    }

    @Test
    void alternativesOfTheRunAreTakenOverOnce() throws Exception {
        String spec = """
                name: r
                training: {steps: 1000}
                data: {dataset: faces@1, where: [{split: train}, {split: val}], seed: 3}
                constraints:
                  - {id: a, threshold: 1, data: {where: {Male: 1}}}
                  - {id: b, threshold: 1, data: {where: [{Male: 1}, {Old: 1, split: val}]}}
                  - {id: c, threshold: 1, data: {}}
                """;
        assertAllButTheSeedStays(spec);
        RunSpec submitted = parser.parse("run.yaml", spec);
        for (String where : List.of("[{'split':'train'}]", "{'split':'train'}")) {
            RunSpec forked = forked(submitted, "{'data':{'where':" + where + "}}");
            assertEquals(List.of(), problems);
            assertEquals(
                    parser.toJson(parser.parse(
                            "run.yaml",
                            spec.replace(
                                    "[{split: train}, {split: val}]",
                                    where.replace("'", "").replace(":", ": ")))),
                    parser.toJson(forked));
        }
    }

    @Test
    void constraintsAndReferenceMayBeGivenAnotherDataSet() throws Exception {
        String spec = """
                name: r
                data: {dataset: faces@1, class: Male, where: {split: train}}
                constraints:
                  - {id: a, threshold: 1, data: {where: {Old: 1}}, evaluationData: {where: {split: test}}}
                  - {id: b, threshold: 1, data: {dataset: others@4}}
                evaluation: {reference: {dataset: others@4}}
                """;
        RunSpec submitted = parser.parse("run.yaml", spec);
        for (String set : List.of("dataset':'faces@2", "images':'dataset:faces@2")) {
            RunSpec forked = forked(
                    submitted,
                    "{'constraints':{'a':{'data':{'" + set + "'}},'b':{'data':{'" + set + "'}}},"
                            + "'evaluation':{'reference':{'" + set + "'}}}");
            assertEquals(List.of(), problems);
            assertEquals(
                    parser.toJson(parser.parse(
                            "run.yaml",
                            spec.replace("data: {where: {Old", "data: {dataset: faces@2, where: {Old")
                                    .replace("others@4", "faces@2"))),
                    parser.toJson(forked));
        }
    }

    @Test
    void labelsComeWithOtherImages() throws Exception {
        RunSpec submitted = parser.parse("run.yaml", "{name: r, data: {dataset: faces@1}}");
        RunSpec forked = forked(submitted, "{'data':{'images':'dataset:faces@2'}}");
        assertEquals("dataset:faces@2", forked.data().labels());
        assertEquals("dataset:faces@2", forked.evaluation().reference().labels());
    }

    /** A threshold that was tightened while the run trained is as it was at first in the fork. */
    @Test
    void constraintsThatAreOthersNowAreNamedUnlessTheChangesSpeakOfThem() throws Exception {
        List<Fork.Constraint> now = List.of(
                new Fork.Constraint("a", 1, false),
                new Fork.Constraint("b", 2, false),
                new Fork.Constraint("c", 3, false),
                new Fork.Constraint("later", 1, false),
                new Fork.Constraint("a.other", 1, true));
        Map<String, List<String>> expected = Map.of(
                "{}", List.of("b", "c", "later"),
                "{'training':{'steps':5}}", List.of("b", "c", "later"),
                "{'constraints':{'b':{'threshold':0.1}}}", List.of("c", "later"),
                "{'constraints':{'*':{'threshold':0.1}}}", List.of("later"),
                "{'constraints':[]}", List.of(),
                "{'constraints':null}", List.of());
        for (Map.Entry<String, List<String>> one : expected.entrySet()) {
            Fork fork = new Fork("r", "best", false, json(one.getKey()));
            assertEquals(one.getValue(), fork.notTaken(List.of("a", "b", "c"), now), one.getKey());
        }
    }

    @Test
    void aChangeOfLabelsIsOneLikeOthers() throws Exception {
        Fork fork = new Fork("r", "40", false, json("{'labels':{'team':'mine'}}"));
        assertEquals(
                json("{'name':'s','labels':{'team':'mine'},'initialModel':{'folder':'run:r@40'}}"),
                fork.specification(json("{'name':'r','labels':{'team':'then'}}"), Map.of(), "s", problems));
    }
}
