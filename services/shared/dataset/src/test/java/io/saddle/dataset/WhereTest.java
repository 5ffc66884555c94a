package io.saddle.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.dataset.DataSetManifest.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhereTest {

    @TempDir
    static Path temporary;

    private static DataSetFolder data;

    /**
     * Image i of 6: Smiling every second one (-1 and +1), kind cat, dog, cat, ..., age 10 i but for the last, which has none, and a
     * measure i / 10.
     */
    @BeforeAll
    static void assemble() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("set"));
        try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 1, 1)) {
            assembly.addImages(Files.write(temporary.resolve("images"), new byte[6]));
            for (int i = 0; i < 6; i++) {
                Map<String, String> row = new HashMap<>();
                row.put("Smiling", i % 2 == 0 ? "1" : "-1");
                row.put("kind", i % 3 == 1 ? "dog" : "cat");
                if (i < 5) {
                    row.put("age", Integer.toString(10 * i));
                }
                assembly.addRow(row);
            }
            assembly.finish("pets", new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
        }
        data = DataSetFolder.open(folder);
    }

    private static Where parse(String json, List<Where.Problem> problems) throws IOException {
        return Where.parse("data.where", new ObjectMapper().readTree(json.replace('\'', '"')), problems);
    }

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
                "{'Smiling': {'atLeast': 1}}                  | 0 2 4"
            })
    void imagesThatAgreeAreTaken(String json, String expected) throws IOException {
        List<Where.Problem> problems = new ArrayList<>();
        IntPredicate test = parse(json, problems).on(data);
        assertEquals(List.of(), problems);
        StringBuilder taken = new StringBuilder();
        IntStream.range(0, 6)
                .filter(test)
                .forEach(i -> taken.append(taken.isEmpty() ? "" : " ").append(i));
        assertEquals(expected, taken.toString());
    }

    @Test
    void allMistakesAreSaidAtOnceWithTheirPlaces() throws IOException {
        List<Where.Problem> problems = new ArrayList<>();
        Where where = parse(
                "[{'smile': 1, 'kind': 'bird', 'age': {'atLeast': 'x', 'under': 3}}, {'kind': {'below': 3}}]",
                problems);
        assertEquals(
                List.of(
                        "data.where[0].age.atLeast must be a number",
                        "data.where[0].age.under is not known; a range has atLeast and below"),
                problems.stream().map(p -> p.path() + " " + p.message()).toList());
        assertEquals(
                List.of(
                        "data.where[0].smile data set pets has no column 'smile'; it has " + columns(),
                        "data.where[0].kind no image has 'bird'; there is cat, dog",
                        "data.where[1].kind has names, not numbers: it has no atLeast and below"),
                where.problems(data.manifest()).stream()
                        .map(p -> p.path() + " " + p.message())
                        .toList());
        assertThrows(IllegalArgumentException.class, () -> where.on(data));
    }

    private static String columns() {
        return String.join(
                ", ", data.manifest().columns().stream().map(Column::name).toList());
    }

    @Test
    void whatIsNoConditionIsRefused() throws IOException {
        for (String json : List.of("3", "[]", "{'kind': [['cat']]}", "{'kind': null}", "['cat']")) {
            List<Where.Problem> problems = new ArrayList<>();
            parse(json, problems);
            assertEquals(1, problems.size(), json);
            assertTrue(problems.get(0).path().startsWith("data.where"), json);
        }
    }

    @Test
    void columnsKnowTheirCountsAndRange() {
        Column age = data.manifest().column("age").orElseThrow();
        assertEquals(1, age.missing());
        assertEquals(0, age.least());
        assertEquals(40, age.most());
        assertEquals(
                List.of("0", "10", "20", "30", "40"),
                age.values().stream().map(Column.Value::value).toList());
        Column smiling = data.manifest().column("Smiling").orElseThrow();
        assertEquals(List.of(new Column.Value("0", 3), new Column.Value("1", 3)), smiling.values());
    }
}
