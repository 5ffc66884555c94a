package io.saddle.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaEvolutionTest {

    private static final String WRITE = "saddle.history.write";

    static Collection<Topic<?>> topics() {
        return Topics.all();
    }

    @BeforeAll
    static void writeNextVersionsIfAsked() throws IOException {
        if (Boolean.getBoolean(WRITE)) {
            for (Topic<?> topic : Topics.all()) {
                SchemaHistory.writeNext(topic);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("topics")
    void everyVersionReadsEveryOther(Topic<?> topic) throws IOException {
        List<Schema> versions = new ArrayList<>(SchemaHistory.published(topic));
        versions.add(topic.schema());

        assertEquals(
                List.of(),
                SchemaEvolution.breaks(versions),
                () -> topic.subject() + " (version " + versions.size()
                        + " is this build's): give a new field a default, keep names and types, never remove a field without one");
    }

    @ParameterizedTest
    @MethodSource("topics")
    void theNewestPublishedVersionIsThisBuilds(Topic<?> topic) throws IOException {
        List<Schema> versions = SchemaHistory.published(topic);

        assertTrue(
                !versions.isEmpty() && SchemaHistory.isSame(versions.get(versions.size() - 1), topic.schema()),
                () -> "the schema of " + topic.subject() + " has changed: add it as "
                        + SchemaHistory.file(topic, versions.size() + 1)
                        + " (mvn -pl schemas -am package -Dtest=SchemaEvolutionTest -Dsurefire.failIfNoSpecifiedTests=false -D"
                        + WRITE + "=true does) and leave the published versions as they are");
    }

    private static Schema record(String fields) {
        return new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
    }

    private static String enumeration(String symbols, String fallback) {
        return "{'name':'e','type':{'type':'enum','name':'E','symbols':[" + symbols + "]" + fallback + "}}";
    }

    /** What it lets pass and what it catches, both ways round. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'name':'a','type':'int'}, {'name':'b','type':'int'}             | READER_FIELD_MISSING_DEFAULT_VALUE",
                "{'name':'a','type':'long'}                                       | TYPE_MISMATCH",
                "{'name':'a','type':'string'}                                     | TYPE_MISMATCH",
                "{'name':'renamed','type':'int'}                                  | READER_FIELD_MISSING_DEFAULT_VALUE",
                "{'name':'a','type':['null','int']}                               | TYPE_MISMATCH",
                "{'name':'a','type':'int'}, {'name':'b','type':'int','default':0} | ''"
            })
    void aChangeThatBreaksReadersIsCaught(String fields, String expected) {
        List<String> breaks = SchemaEvolution.breaks(
                List.of(record("{\"name\":\"a\",\"type\":\"int\"}"), record(fields.replace('\'', '"'))));

        if (expected.equals("''")) {
            assertEquals(List.of(), breaks);
        } else {
            assertFalse(breaks.isEmpty());
            assertTrue(breaks.get(0).contains(expected), breaks::toString);
        }
    }

    @Test
    void aNewSymbolIsCaughtWhereOldReadersHaveNoDefaultForIt() {
        Schema two = record(enumeration("'A','B'", "").replace('\'', '"'));
        Schema three = record(enumeration("'A','B','C'", "").replace('\'', '"'));
        assertTrue(SchemaEvolution.breaks(List.of(two, three))
                .get(0)
                .startsWith("version 1 cannot read version 2: MISSING_ENUM_SYMBOLS at /fields/0/type/symbols: [C]"));

        Schema twoOrA = record(enumeration("'A','B'", ",'default':'A'").replace('\'', '"'));
        Schema threeOrA = record(enumeration("'A','B','C'", ",'default':'A'").replace('\'', '"'));
        assertEquals(List.of(), SchemaEvolution.breaks(List.of(twoOrA, threeOrA)));
    }

    @Test
    void aBreakBetweenVersionsThatAreNotNeighboursIsCaught() {
        Schema first = record("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}");
        Schema second = record("{\"name\":\"a\",\"type\":\"int\"}");
        Schema third =
                record("{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}");

        assertEquals(List.of(), SchemaEvolution.breaks(List.of(first, second)));
        assertEquals(List.of(), SchemaEvolution.breaks(List.of(second, third)));
        assertEquals(2, SchemaEvolution.breaks(List.of(first, second, third)).size());
    }
}
