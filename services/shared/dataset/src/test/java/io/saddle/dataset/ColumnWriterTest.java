package io.saddle.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.dataset.DataSetManifest.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More different values than are listed. */
class ColumnWriterTest {

    private static final int COUNT = ColumnWriter.MOST_VALUES + 10;

    @TempDir
    Path temporary;

    private DataSetFolder with(IntFunction<String> values) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("set"));
        try (DataSetAssembly assembly = new DataSetAssembly(folder, 1, 1, 1)) {
            assembly.addImages(Files.write(temporary.resolve("images"), new byte[COUNT]));
            for (int i = 0; i < COUNT; i++) {
                assembly.addRow(i == 3 ? Map.of() : Map.of("x", values.apply(i)));
            }
            assembly.finish("many", new Origin("a", "b", "c"), List.of(), List.of(), Instant.EPOCH);
        }
        return DataSetFolder.open(folder);
    }

    @Test
    void numbersBecomeMeasuresToTheBit() throws IOException {
        DataSetFolder data = with(i -> Double.toString(i / 7.0));
        Column column = data.manifest().column("x").orElseThrow();
        assertEquals(Column.Kind.MEASURES, column.kind());
        assertEquals((COUNT - 1) / 7.0, column.most());
        assertEquals(1, column.missing());
        assertTrue(Double.isNaN(data.measures(column).get(3)));
        for (int i = 4; i < COUNT; i++) {
            assertEquals(i / 7.0, data.measures(column).get(i));
        }
    }

    /** "Not specified", or not labelled, is no "no". */
    @ParameterizedTest
    @ValueSource(strings = {"-1,0,1", "0,1,true"})
    void threeValuesAreThree(String values) throws IOException {
        String[] each = values.split(",");
        Column column = with(i -> each[i % 3]).manifest().column("x").orElseThrow();
        assertEquals(Column.Kind.NAMES, column.kind());
        assertEquals(
                List.of(each), column.values().stream().map(Column.Value::value).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1,1", "-1,+1", "false,true", "False,True", "0,1"})
    void twoWaysOfYesAndNoAreOne(String values) throws IOException {
        String[] each = values.split(",");
        Column column = with(i -> each[i % 2]).manifest().column("x").orElseThrow();
        assertEquals(Column.Kind.FLAGS, column.kind());
        assertEquals(
                List.of("0", "1"),
                column.values().stream().map(Column.Value::value).toList());
    }

    /** Java takes these for numbers, with the marks of its own kinds of them. */
    @ParameterizedTest
    @ValueSource(strings = {"10d,2d", "10f,9F", "0x1p3,2", "1.,1e", "-.,1", "1e999,2"})
    void namesThatBeginAsNumbersAreNames(String values) throws IOException {
        String[] each = values.split(",");
        Column column = with(i -> each[i % 2]).manifest().column("x").orElseThrow();
        assertNull(column.least());
        assertEquals(
                Stream.of(each).sorted().toList(),
                column.values().stream().map(Column.Value::value).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2,10", "-.5,+7", "5.,1E+1", "2e-3,03"})
    void decimalNumbersAreNumbers(String values) throws IOException {
        String[] each = values.split(",");
        Column column = with(i -> each[i % 2]).manifest().column("x").orElseThrow();
        assertEquals(Double.parseDouble(each[0]), column.least());
        assertEquals(Double.parseDouble(each[1]), column.most());
    }

    @Test
    void namesAreLeftOutWithANote() throws IOException {
        DataSetFolder data = with(i -> "name " + i);
        assertTrue(data.manifest().column("x").isEmpty());
        assertEquals(
                List.of("column x is left out: it has more than 65536 different names"),
                data.manifest().notes());
        try (var files = Files.list(data.folder())) {
            assertFalse(files.anyMatch(file -> file.toString().endsWith(".raw")), "no leftover");
        }
    }
}
