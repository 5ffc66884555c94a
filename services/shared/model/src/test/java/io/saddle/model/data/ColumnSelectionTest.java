package io.saddle.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.dataset.DataSetAssembly;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest.Origin;
import io.saddle.diffusion.data.ClassSelection.Amount;
import io.saddle.model.data.ColumnSelection.Group;
import io.saddle.run.spec.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnSelectionTest {

    /** More than a column lists values of. */
    private static final int IMAGES = 66_000;

    @TempDir
    static Path temporary;

    private static DataSetFolder data;

    /**
     * Image i: Smiling every second one (-1 and +1), kind cat, dog, cat, ..., age 10 i of the first five, none later, and a measure
     * i / 7.
     */
    @BeforeAll
    static void assemble() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("set"));
        try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 1, 1)) {
            assembly.addImages(Files.write(temporary.resolve("images"), new byte[IMAGES]));
            for (int i = 0; i < IMAGES; i++) {
                Map<String, String> row = new TreeMap<>();
                row.put("Smiling", i % 2 == 0 ? "1" : "-1");
                row.put("kind", i % 3 == 1 ? "dog" : "cat");
                row.put("weight", Double.toString(i / 7.0));
                if (i < 5) {
                    row.put("age", Integer.toString(10 * i));
                }
                assembly.addRow(row);
            }
            assembly.finish("pets", new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
        }
        data = DataSetFolder.open(folder);
    }

    private static Where where(String json) throws IOException {
        return Where.parse("where", new ObjectMapper().readTree(json.replace('\'', '"')), new ArrayList<>());
    }

    private static int[] images(Where where, long seed, Group... groups) throws IOException {
        return new ColumnSelection(where, List.of(groups)).images(data, seed);
    }

    /** Of the first six images. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                           | 0 1 2 3 4 5",
                "{'Smiling': 1}                               | 0 2 4",
                "{'Smiling': false}                           | 1 3 5",
                "{'Smiling': -1, 'kind': 'cat'}               | 3 5",
                "{'kind': ['cat', 'dog']}                     | 0 1 2 3 4 5",
                "{'age': 20}                                  | 2",
                "{'age': {'atLeast': 20}}                     | 2 3 4",
                "{'age': {'atLeast': 10, 'below': 30}}        | 1 2",
                "{'age': {'below': 1000}}                     | 0 1 2 3 4",
                "[{'kind': 'dog'}, {'age': {'atLeast': 40}}]  | 1 4",
                "{'weight': {'atLeast': 0.2, 'below': 0.6}}   | 2 3 4",
                "{'Smiling': {'atLeast': 1}}                  | 0 2 4"
            })
    void imagesThatAgreeAreTaken(String json, String expected) throws IOException {
        String taken = Arrays.stream(images(where(json), 0))
                .filter(i -> i < 6)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));
        assertEquals(expected, taken);
    }

    @Test
    void aGroupIsCutToItsAmountAndOtherValuesStayWhole() throws IOException {
        int[] chosen = images(Where.EVERY, 3, new Group("kind", "dog", new Amount.Count(40)));
        assertEquals(40, Arrays.stream(chosen).filter(i -> i % 3 == 1).count());
        assertEquals(44_000, Arrays.stream(chosen).filter(i -> i % 3 != 1).count());
        assertArrayEquals(IntStream.of(chosen).sorted().toArray(), chosen, "the images keep their order");
        assertArrayEquals(chosen, images(Where.EVERY, 3, new Group("kind", "dog", new Amount.Count(40))));
        assertFalse(Arrays.equals(chosen, images(Where.EVERY, 4, new Group("kind", "dog", new Amount.Count(40)))));
    }

    @Test
    void aLargerAmountContainsEverySmallerOne() throws IOException {
        Set<Integer> many = Arrays.stream(
                        images(Where.EVERY, 3, new Group("Smiling", "true", new Amount.Fraction(0.5))))
                .boxed()
                .collect(Collectors.toSet());
        int[] few = images(Where.EVERY, 3, new Group("Smiling", "1", new Amount.Count(10)));
        assertEquals(49_500, many.size());
        assertEquals(33_010, few.length);
        assertTrue(Arrays.stream(few).allMatch(many::contains));
    }

    @Test
    void aCountIsOfWhatTheConditionAndEarlierGroupsLeave() throws IOException {
        Group dogs = new Group("kind", "dog", new Amount.Count(100));
        assertEquals(
                "groups.kind.dog: has 11000 images, 11001 were asked for; take at most 11000",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> images(
                                        where("{'Smiling': 1}"), 0, new Group("kind", "dog", new Amount.Count(11_001))))
                        .getMessage());
        assertEquals(100, images(where("{'Smiling': 1, 'kind': 'dog'}"), 0, dogs).length);
        int[] both = images(Where.EVERY, 0, dogs, new Group("Smiling", "1", new Amount.Fraction(0)));
        assertTrue(Arrays.stream(both).allMatch(i -> i % 2 == 1));
    }

    @Test
    void nothingLeftIsSaid() {
        assertEquals(
                "where takes none of the 66000 images of data set pets",
                assertThrows(IllegalArgumentException.class, () -> images(where("{'age': 10, 'Smiling': 1}"), 0))
                        .getMessage());
    }

    @Test
    void allMistakesAreSaidAtOnceWithTheirPlacesAndTheNearestNames() throws IOException {
        ColumnSelection selection = new ColumnSelection(
                where("[{'smilin': 1, 'kind': 'dig', 'weight': 3}, {'kind': {'below': 3}, 'owner': 'x'}]"),
                List.of(
                        new Group("kind", "bird", new Amount.All()),
                        new Group("weight", "1", new Amount.All()),
                        new Group("sice", "1", new Amount.All())));
        List<String> problems = selection.problems(data.manifest()).stream()
                .map(Object::toString)
                .toList();
        assertEquals(
                List.of(
                        "where[0].smilin: data set pets has no column 'smilin', did you mean Smiling?",
                        "where[0].kind: no image has 'dig', did you mean dog?",
                        "where[0].weight: has measures: ask with where {atLeast: , below: }",
                        "where[1].kind: has names, not numbers: it has no atLeast and below",
                        "where[1].owner: data set pets has no column 'owner'; there is Smiling, age, kind, weight",
                        "groups.kind.bird: no image has 'bird'; there is cat, dog",
                        "groups.weight: has measures: ask with where {atLeast: , below: }",
                        "groups.sice.1: data set pets has no column 'sice'; there is Smiling, age, kind, weight"),
                problems);
        assertEquals(
                problems.get(0),
                assertThrows(IllegalArgumentException.class, () -> selection.images(data, 0))
                        .getMessage());
    }
}
