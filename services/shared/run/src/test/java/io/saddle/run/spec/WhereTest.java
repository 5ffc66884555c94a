package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhereTest {

    private static Where parse(String json, List<Problem> problems) throws IOException {
        return Where.parse("data.where", new ObjectMapper().readTree(json.replace('\'', '"')), problems);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3",
                "[]",
                "{'kind': [['cat']]}",
                "{'kind': null}",
                "{'kind': []}",
                "['cat']",
                "{'age': {}}",
                "{'age': {'atLeast': 3, 'below': 3}}"
            })
    void whatIsNoConditionIsRefused(String json) throws IOException {
        List<Problem> problems = new ArrayList<>();
        parse(json, problems);
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).path().startsWith("data.where"));
    }

    @Test
    void allMistakesOfARangeAreSaid() throws IOException {
        List<Problem> problems = new ArrayList<>();
        parse("[{'age': {'atLeast': 'x', 'under': 3}}]", problems);
        assertEquals(
                List.of(
                        "data.where[0].age.atLeast: must be a number",
                        "data.where[0].age.under: is not known; a range has atLeast and below"),
                problems.stream().map(Problem::toString).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'Male': 1, 'kind': ['cat', 'dog']}                       | Male = 1 and kind = cat / dog",
                "[{'age': {'atLeast': 18, 'below': 60.5}}, {'Male': true}] | age at least 18 and below 60.5, or Male = true"
            })
    void aConditionIsSaidInWords(String json, String words) throws IOException {
        assertEquals(words, parse(json, new ArrayList<>()).words());
    }
}
