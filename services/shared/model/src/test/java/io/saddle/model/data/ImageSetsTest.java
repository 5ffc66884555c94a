package io.saddle.model.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.diffusion.data.DataSets;
import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.model.DiffusersModels;
import io.saddle.model.SelectedData;
import io.saddle.model.SubmissionCheck;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.DataSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetsTest {

    @TempDir
    Path temporary;

    private StoredDataSets stored;
    private ImageSets sets;

    @BeforeEach
    void openStore() throws IOException {
        FileArtifactStore store = new FileArtifactStore(temporary.resolve("store"));
        stored = new StoredDataSets(store);
        sets = new ImageSets(store, DataRoots.ANYWHERE);
    }

    /** One 28x28 image of each value. */
    private void store(String name, String column, String... values) throws IOException {
        stored.put(name, folder -> {
            Path images = Files.write(temporary.resolve("images"), new byte[784 * values.length]);
            try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 28, 28)) {
                assembly.addImages(images);
                for (String value : values) {
                    assembly.addRow(value.isEmpty() ? Map.of() : Map.of(column, value));
                }
                assembly.finish(name, new Origin("a", "b", "c"), List.of(), List.of(), Instant.now());
            } finally {
                Files.delete(images);
            }
        });
    }

    @Test
    void classesAreNumbersAsTheyAreAndNamesByTheirOrder() throws IOException {
        store("digits", "class", "4", "7", "7");
        assertEquals(Map.of(4, 1, 7, 2), sets.open("dataset:digits@1", "").classCounts());
        store("pets", "label", "dog", "cat", "dog");
        assertEquals(Map.of(0, 1, 1, 2), sets.open("dataset:pets", "").classCounts());
        store("years", "class", "1999", "2001");
        assertEquals(Map.of(0, 1, 1, 1), sets.open("dataset:years", "").classCounts());
        assertEquals(10_000, sets.open(DataSets.BUNDLED_MNIST, null).count());
    }

    @Test
    void theNewestVersionIsPinned() throws IOException {
        store("digits", "class", "1");
        store("digits", "class", "2");
        assertEquals("dataset:digits@2", sets.pinned("dataset:digits"));
        assertEquals("dataset:digits@1", sets.pinned("dataset:digits@1"));
        assertEquals(Map.of(1, 1), sets.open("dataset:digits@1", "").classCounts());
    }

    @Test
    void whatIsNotThereIsSaidWithWhatIs() throws IOException {
        assertTrue(message("dataset:digits").contains("none was imported yet"));
        store("digits", "class", "1");
        assertEquals("there is no data set 'faces'; there is digits", message("dataset:faces"));
        assertEquals("data set 'digits' has no version 3; there is [1]", message("dataset:digits@3"));
        assertEquals(
                "the data sets of an artifact store cannot be opened here",
                assertThrows(IOException.class, () -> ImageSets.withoutStore().open("dataset:digits", ""))
                        .getMessage());
    }

    @Test
    void theClassIsTheColumnThatTheLabelsNameAndIsCalledByItsValues() throws IOException {
        store("faces", "Male", "1", "-1", "1");
        ImageDataSet unnamed = sets.open("dataset:faces@1", "dataset:faces@1");
        assertEquals(Map.of(), unnamed.classCounts());
        assertEquals(ImageDataSet.NO_CLASS, unnamed.label(0));
        ImageDataSet men = sets.open("dataset:faces@1", "dataset:faces@1#Male");
        assertEquals(Map.of(0, 1, 1, 2), men.classCounts());
        assertEquals("Male=1", men.className(1));
        store("pets", "label", "dog", "cat");
        assertEquals("cat", sets.open("dataset:pets", "").className(0));
        assertEquals(
                "data set faces has no column 'Mal', did you mean Male?",
                assertThrows(IOException.class, () -> sets.open("dataset:faces", "dataset:faces#Mal"))
                        .getMessage());
    }

    @Test
    void imagesWithoutAClassMayBeLeftOutAndAreSaidWhereTheyAreNot() throws IOException {
        store("digits", "class", "1", "", "2");
        SelectedData data = new SelectedData(sets);
        DataSelection all = DataSelection.newBuilder()
                .setImages("dataset:digits@1")
                .setLabels("dataset:digits@1")
                .setClasses(List.of())
                .setSeed(0)
                .build();
        assertEquals(
                "1 of 3 images of dataset:digits@1 have no class: leave them out with where",
                assertThrows(IllegalArgumentException.class, () -> data.open(all))
                        .getMessage());
        DataSelection some =
                DataSelection.newBuilder(all).setWhere("{\"class\": [1, 2]}").build();
        assertEquals(Map.of(1, 1, 2, 1), data.open(some).classCounts());
    }

    @Test
    void aShareIsMeantOfSomeClassesNotOfAll() throws IOException {
        store("faces", "Male", "1", "-1", "1");
        RunSpecParser parser = new RunSpecParser(
                folder -> {
                    throw new IOException();
                },
                sets);
        String spec = """
                name: r
                data: {dataset: faces%s}
                constraints: [{id: men, kind: class-frequency, atLeast: 0.4, data: {where: %s}}]
                """;
        assertEquals(List.of(), problems(parser.parse("r", spec.formatted(", class: Male", "{Male: 1}"))));
        assertEquals(
                List.of("constraints[0].data: class-frequency is about a share of the images, this data has all classes"
                        + " there are"),
                problems(parser.parse("r", spec.formatted(", class: Male", "{Male: [0, 1]}"))));
        assertEquals(
                List.of(
                        "data.class: data set faces has no column 'Mael', did you mean Male?",
                        "constraints[0].data.where.Mal: data set faces has no column 'Mal', did you mean Male?"),
                problems(parser.parse("r", spec.formatted(", class: Mael", "{Mal: 1}"))));
        assertEquals(
                List.of("constraints[0].data.class: class-frequency needs classes, the data has none; name a column"),
                problems(parser.parse("r", spec.formatted("", "{Male: 1}"))));
    }

    private List<String> problems(RunSpec spec) {
        return new SubmissionCheck(sets, DataRoots.ANYWHERE, DiffusersModels.anywhere())
                .check(spec).stream().map(Problem::toString).toList();
    }

    private String message(String address) {
        return assertThrows(IOException.class, () -> sets.open(address, "")).getMessage();
    }

    @Test
    void aSpecificationIsCheckedAgainstTheDataSetThatItNames() throws IOException {
        store("digits", "class", "4", "7", "7");
        RunSpecParser parser = new RunSpecParser(
                folder -> {
                    throw new IOException();
                },
                sets);
        RunSpec good = parser.parse("r", "{name: r, data: {dataset: digits, classes: {7: {count: 2}}}}");
        assertEquals(List.of(), new SubmissionCheck(sets, DataRoots.ANYWHERE, DiffusersModels.anywhere()).check(good));
        RunSpec bad = parser.parse("r", "{name: r, data: {dataset: digits, classes: {7: {count: 3}, 5: {}}}}");
        List<Problem> problems = new SubmissionCheck(sets, DataRoots.ANYWHERE, DiffusersModels.anywhere()).check(bad);
        assertEquals(
                List.of("data.groups.class.5: no image has '5'; there is 4, 7"),
                problems.stream().map(Problem::toString).toList());
        RunSpec tooMany = parser.parse("r", "{name: r, data: {dataset: digits, classes: {7: {count: 3}}}}");
        assertEquals(
                List.of("data: groups.class.7: has 2 images, 3 were asked for; take at most 2"),
                new SubmissionCheck(sets, DataRoots.ANYWHERE, DiffusersModels.anywhere())
                        .check(tooMany).stream().map(Problem::toString).toList());
    }
}
