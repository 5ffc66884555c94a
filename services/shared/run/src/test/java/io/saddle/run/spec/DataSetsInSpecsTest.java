package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Data sets of the artifact store in a specification. */
class DataSetsInSpecsTest {

    /** Digits have two versions so far. */
    private static final DataSetVersions DIGITS = new DataSetVersions() {
        @Override
        public String pinned(String address) throws IOException {
            if (address.startsWith("dataset:digits")) {
                return address.contains("@") ? address : address + "@2";
            }
            throw new IOException("there is no data set in " + address);
        }

        @Override
        public Optional<String> classColumn(String images) {
            return Optional.of("class");
        }
    };

    private final RunSpecParser parser = new RunSpecParser(
            folder -> {
                throw new IOException("no models here");
            },
            DIGITS);

    private static List<String> problems(Runnable parsing) {
        return assertThrows(InvalidRunSpecException.class, parsing::run).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void aRunKeepsToTheVersionThatWasTheNewestAndAllItsPartsInheritIt() {
        RunSpec spec = parser.parse("run.yaml", """
                name: r
                data: {dataset: digits, classes: {4: {count: 10}}}
                constraints:
                  - {id: a, threshold: 0.1, data: {classes: {4: {}}}}
                  - {id: b, threshold: 0.1, data: {dataset: digits@1, classes: {5: {}}}, evaluationData: {dataset: digits}}
                """);
        assertEquals("dataset:digits@2", spec.data().images());
        assertEquals("dataset:digits@2", spec.data().labels());
        assertEquals("dataset:digits@2", spec.constraints().get(0).data().images());
        assertEquals("dataset:digits@1", spec.constraints().get(1).data().images());
        assertEquals(
                "dataset:digits@2", spec.constraints().get(1).evaluationData().images());
        assertEquals("dataset:digits@2", spec.evaluation().reference().images());
        assertEquals(
                spec, new RunSpecParser().fromJson(parser.toJson(spec)), "what was submitted is read back as it is");
    }

    @Test
    void anAddressOfImagesMayNameADataSetToo() {
        RunSpec spec = parser.parse("run.yaml", "{name: r, data: {images: 'dataset:digits@1'}}");
        assertEquals("dataset:digits@1", spec.data().images());
        assertEquals("dataset:digits@1", spec.data().labels());
    }

    @Test
    void mistakesAreSaidWithTheirPlaces() {
        assertEquals(
                List.of("data.dataset: there is no data set in dataset:faces"),
                problems(
                        () -> parser.parse(
                                "run.yaml",
                                "{name: r, data: {dataset: faces}, constraints: [{id: a, threshold: 1, data: {classes: {1: {}}}}]}")));
        assertEquals(
                List.of("data.dataset: stands for images and labels; give it or them"),
                problems(() ->
                        parser.parse("run.yaml", "{name: r, data: {dataset: digits, images: bundled:mnist10k}}")));
        assertEquals(
                List.of("data.dataset: is a path, which './saddle run submit' imports; else './saddle data import a/b"
                        + " --name NAME' does, and 'dataset: NAME' names it"),
                problems(() -> parser.parse("run.yaml", "{name: r, data: {dataset: a/b}}")));
        assertEquals(
                1,
                problems(() -> parser.parse("run.yaml", "{name: r, data: {dataset: 'a b'}}"))
                        .size());
    }

    @Test
    void noRunIsCalledAsTheFolderOfDataSets() {
        assertEquals(
                List.of("name: 'datasets' is where data sets lie among the runs; choose another"),
                problems(() -> parser.parse("run.yaml", "{name: datasets}")));
    }

    @Test
    void withoutAStoreADataSetStaysAsItIsWritten() {
        RunSpec spec = new RunSpecParser().parse("run.yaml", "{name: r, data: {dataset: digits}}");
        assertEquals("dataset:digits", spec.data().images());
    }

    private static String where(RunSpec.Data data) {
        return data.where() == null ? "" : data.where().toString().replace("\"", "");
    }

    @Test
    void classesOfADataSetGoByWhatItCallsThem() {
        RunSpec spec = parser.parse("run.yaml", """
                name: r
                data: {dataset: digits, classes: {"4": {count: 10}, seven: {fraction: 0.5}}}
                constraints:
                  - {id: a, threshold: 0.1, data: {classes: {seven: , "4": {count: 20}}}}
                  - {id: b, threshold: 0.1, data: {class: kind, classes: {cat: }, where: [{split: a}, {split: b}]}}
                """);
        RunSpec.Share ten = new RunSpec.Share(10, null);
        RunSpec.Share half = new RunSpec.Share(null, 0.5);
        assertEquals(Map.of(), spec.data().classes());
        assertEquals("", where(spec.data()));
        assertEquals(
                Map.of("class", Map.of("4", ten, "seven", half)), spec.data().groups(), "the others stay whole");
        RunSpec.Data a = spec.constraints().get(0).data();
        assertEquals("{class:[seven,4]}", where(a), "and nothing else");
        RunSpec.Share all = new RunSpec.Share(null, null);
        assertEquals(Map.of("class", Map.of("4", new RunSpec.Share(20, null), "seven", all)), a.groups());
        RunSpec.Data b = spec.constraints().get(1).data();
        assertEquals("dataset:digits@2#kind", b.labels());
        assertEquals("[{split:a,kind:[cat]},{split:b,kind:[cat]}]", where(b));
        assertEquals(spec, new RunSpecParser().fromJson(parser.toJson(spec)));
    }

    @Test
    void aConditionIsInheritedColumnByColumnButGroupsAndClassesAreNot() {
        RunSpec spec = parser.parse("run.yaml", """
                name: r
                data: {dataset: digits, class: Male, where: {split: train, Age40Plus: 0}, groups: {Male: {1: {count: 400}, 0: }}}
                constraints:
                  - {id: men, threshold: 0.1, data: {where: {Male: 1}}, evaluationData: {where: {split: test}}}
                  - {id: old, threshold: 0.1, data: {where: {Age40Plus: 1}, class: Age40Plus}}
                  - {id: other, threshold: 0.1, data: {dataset: digits-b}}
                """);
        assertEquals("dataset:digits@2#Male", spec.data().labels());
        assertEquals(
                Map.of("Male", Map.of("0", new RunSpec.Share(null, null), "1", new RunSpec.Share(400, null))),
                spec.data().groups());
        RunSpec.Constraint men = spec.constraints().get(0);
        assertEquals("{Male:1,split:train,Age40Plus:0}", where(men.data()));
        assertEquals(Map.of(), men.data().groups());
        assertEquals("dataset:digits@2#Male", men.data().labels());
        assertEquals("{split:test,Male:1,Age40Plus:0}", where(men.evaluationData()));
        RunSpec.Data old = spec.constraints().get(1).data();
        assertEquals("dataset:digits@2#Age40Plus", old.labels());
        assertEquals("{Age40Plus:1,split:train}", where(old));
        RunSpec.Data other = spec.constraints().get(2).data();
        assertEquals("dataset:digits-b@2#Male", other.labels());
        assertEquals("", where(other), "another data set's columns are others");
        assertEquals("{split:train,Age40Plus:0}", where(spec.evaluation().reference()));
        assertEquals(spec, new RunSpecParser().fromJson(parser.toJson(spec)));
    }

    /** Whoever wrote alternatives trained on the test split, without a word. */
    @Test
    void eachAlternativeInheritsTheColumnsThatItDoesNotName() {
        RunSpec spec = parser.parse("run.yaml", """
                name: r
                data: {dataset: digits, class: Male, where: {split: train}}
                constraints:
                  - id: either
                    threshold: 0.1
                    data: {where: [{Male: 1}, {split: val, Old: 1}]}
                    evaluationData: {where: {split: test}}
                """);
        RunSpec.Constraint either = spec.constraints().get(0);
        assertEquals("[{Male:1,split:train},{split:val,Old:1}]", where(either.data()));
        assertEquals("[{split:test,Male:1},{split:test,Old:1}]", where(either.evaluationData()));
        RunSpec ofAlternatives = parser.parse("run.yaml", """
                name: r
                data: {dataset: digits, class: Male, where: [{split: train}, {split: more, Male: 0}]}
                constraints: [{id: men, threshold: 0.1, data: {where: {Male: 1}}}]
                """);
        assertEquals(
                "[{Male:1,split:train},{Male:1,split:more}]",
                where(ofAlternatives.constraints().get(0).data()));
        assertEquals(spec, new RunSpecParser().fromJson(parser.toJson(spec)));
    }

    /** It was derived a second time, and a reference of all classes became one of the run's. */
    @Test
    void whatWasSubmittedIsReadBackAsItIs() {
        for (String yaml : List.of(
                "{name: r, data: {dataset: digits, where: {split: a}}, evaluation: {reference: {dataset: digits@1}}}",
                "{name: r, data: {dataset: digits, where: {split: a}}, evaluation: {reference: {dataset: digits@2}}}",
                "{name: r, data: {dataset: digits, where: {split: a}}, constraints:"
                        + " [{id: a, threshold: 1, data: {dataset: digits, classes: {4: }}}]}")) {
            RunSpec spec = parser.parse("run.yaml", yaml);
            assertEquals(spec, new RunSpecParser().fromJson(parser.toJson(spec)), yaml);
        }
        RunSpec other = parser.parse(
                "run.yaml",
                "{name: r, data: {dataset: digits, where: {split: a}}, evaluation: {reference: {dataset: digits@1}}}");
        assertEquals("", where(other.evaluation().reference()), "another version");
    }

    /** With its number written, the same version was drawn from while the objective took means: another loss, without a word. */
    @Test
    void meansOfLatentsAreTakenOverOfTheSameVersionHoweverItIsWritten() {
        String run = "{name: r, data: {dataset: %s, latentMeans: true}, constraints: [%s]}";
        String constraint = "{id: a, threshold: 1, data: {dataset: %s%s}}";
        for (List<String> same : List.of(
                List.of("digits", "digits"),
                List.of("digits", "digits@2"),
                List.of("digits@2", "digits"),
                List.of("digits@2", "digits@2"))) {
            RunSpec spec = parser.parse("run.yaml", run.formatted(same.get(0), constraint.formatted(same.get(1), "")));
            assertTrue(spec.constraints().get(0).data().latentMeans(), same.toString());
            assertEquals(spec, new RunSpecParser().fromJson(parser.toJson(spec)));
        }
        for (String other : List.of("digits@1", "digits-b")) {
            RunSpec spec = parser.parse("run.yaml", run.formatted("digits", constraint.formatted(other, "")));
            assertFalse(spec.constraints().get(0).data().latentMeans(), other);
        }
        RunSpec own = parser.parse(
                "run.yaml", run.formatted("digits", constraint.formatted("digits", ", latentMeans: false")));
        assertFalse(own.constraints().get(0).data().latentMeans());
        assertEquals(own, new RunSpecParser().fromJson(parser.toJson(own)), "what was submitted is read back as it is");
        RunSpec submitted =
                new RunSpecParser().fromJson(parser.toJson(parser.parse("run.yaml", run.formatted("digits", ""))));
        String added = constraint.formatted("digits@2", "");
        assertTrue(parser.parseConstraint(submitted, "a", added, null).data().latentMeans());
    }

    @Test
    void aConstraintThatIsAddedGetsWhatItWouldHaveGotInTheFile() {
        String constraint = "{id: a, threshold: 1, data: {dataset: digits, where: {Male: 1}, classes: {4: }}}";
        String run = "name: r\ndata: {dataset: digits, where: {split: a}, classes: {4: {count: 10}}}\n";
        RunSpec whole = parser.parse("run.yaml", run + "constraints: [" + constraint + "]\n");
        assertEquals(
                "{Male:1,split:a,class:[4]}", where(whole.constraints().get(0).data()));
        RunSpec submitted = new RunSpecParser().fromJson(parser.toJson(parser.parse("run.yaml", run)));
        assertEquals(whole.constraints().get(0), parser.parseConstraint(submitted, "a", constraint, null));
    }

    @Test
    void mistakesInClassesOfADataSetAreSaidAndNothingIsDropped() {
        assertEquals(
                List.of("constraints[0].data.classes.4: must be a section of keys and values, was 300"),
                problems(() -> parser.parse("run.yaml", """
                        name: r
                        data: {dataset: digits}
                        constraints: [{id: a, threshold: 1, data: {classes: {4: 300}}}]
                        """)));
        assertEquals(
                List.of("data.otherClasses: of a data set say which classes with where: {class: [...]}"),
                problems(() -> parser.parse(
                        "run.yaml", "{name: r, data: {dataset: digits, classes: {4: }, otherClasses: false}}")));
        assertEquals(
                List.of("data.classes.4: is in groups.class too; give one of them"),
                problems(() -> parser.parse(
                        "run.yaml",
                        "{name: r, data: {dataset: digits, classes: {4: }, groups: {class: {4: {count: 1}}}}}")));
        assertEquals(
                1,
                problems(() -> parser.parse("run.yaml", "{name: r, data: {dataset: digits, where: [[{a: 1}]]}}"))
                        .size());
    }

    @Test
    void augmentationIsOfTheRunsDataAlone() {
        RunSpec spec = parser.parse("run.yaml", "{name: r, data: {augment: {horizontalFlip: 0.5}}}");
        assertEquals(0.5, spec.data().augment().horizontalFlip());
        assertEquals(
                List.of(
                        "constraints[0].data.augment: unknown key; there are dataset, images, labels, classes, otherClasses,"
                                + " seed, class, where, groups, latents, latentMeans, sha256"),
                problems(() -> parser.parse(
                        "run.yaml",
                        "{name: r, constraints: [{id: a, threshold: 1, data: {augment: {horizontalFlip: 1}}}]}")));
    }

    @Test
    void columnsAreOfDataSetsAloneAndAreWrittenRightly() {
        assertEquals(
                List.of(
                        "data.class: is a column of a data set; the classes of these images are their labels",
                        "data.groups.a.b: count and fraction are both given; keep one of them",
                        "data.where.age: names no range: {atLeast: , below: }",
                        "data.where: needs the columns of a data set (dataset: NAME, ./saddle data import); of files there"
                                + " are classes alone",
                        "data.groups: needs the columns of a data set (dataset: NAME, ./saddle data import); of files there"
                                + " are classes alone"),
                problems(
                        () -> parser.parse(
                                "run.yaml",
                                "{name: r, data: {class: Male, where: {age: {}}, groups: {a: {b: {count: 1, fraction: 1}}}}}")));
        assertEquals(
                List.of("constraints[0].data.classes: where names class already, which is the class; give one of them"),
                problems(() -> parser.parse("run.yaml", """
                        name: r
                        data: {dataset: digits}
                        constraints: [{id: a, threshold: 1, data: {classes: {4: }, where: {class: 5}}}]
                        """)));
    }
}
