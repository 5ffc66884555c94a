package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Data sets of the artifact store in a specification. */
class DataSetsInSpecsTest {

    /** Digits have two versions so far. */
    private final RunSpecParser parser = new RunSpecParser(
            folder -> {
                throw new IOException("no models here");
            },
            address -> {
                if (address.startsWith("dataset:digits")) {
                    return address.contains("@") ? address : address + "@2";
                }
                throw new IOException("there is no data set in " + address);
            });

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
                1,
                problems(() -> parser.parse("run.yaml", "{name: r, data: {dataset: a/b}}"))
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
}
