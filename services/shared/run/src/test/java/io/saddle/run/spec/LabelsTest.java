package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest {

    private static final String NO_KEY =
            "' is no key of a label: at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or"
                    + " digit, a domain and '/' before it at will";

    private final RunSpecParser parser = new RunSpecParser();

    private static String text(InvalidRunSpecException e) {
        return e.getMessage();
    }

    private List<String> mistakes(String labels) {
        return text(assertThrows(
                        InvalidRunSpecException.class, () -> parser.parse("r", "{name: r, labels: " + labels + "}")))
                .lines()
                .toList();
    }

    private Map<String, String> changed(Map<String, String> known, String changes) throws Exception {
        return parser.labels(known, "labels", new ObjectMapper().readTree(changes));
    }

    @Test
    void aRunHasTheLabelsOfItsSpecificationAndTheyComeBackFromItsRecord() {
        RunSpec spec =
                parser.parse("r", "{name: r, labels: {team: vision, example.org/data-set: mnist_2.1, debug: ''}}");

        assertEquals(Map.of("team", "vision", "example.org/data-set", "mnist_2.1", "debug", ""), spec.labels());
        assertEquals(spec, parser.fromJson(parser.toJson(spec)));
    }

    /** A specification of an earlier release reads and writes as it did. */
    @Test
    void aRunWithoutLabelsIsWrittenWithoutThem() throws Exception {
        RunSpec spec = parser.parse("r", "name: r");

        assertEquals(Map.of(), spec.labels());
        assertFalse(new ObjectMapper().readTree(parser.toJson(spec)).has("labels"));
    }

    @Test
    void everyMistakeIsSaidAtOnce() {
        String long64 = "x".repeat(64);
        assertEquals(
                List.of(
                        "r: labels: '-a" + NO_KEY,
                        "r: labels: '" + long64 + NO_KEY,
                        "r: labels: 'Example.org/x" + NO_KEY,
                        "r: labels.team: must match ^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$, was 'my team'",
                        "r: labels.fold: must be text, was 3"),
                mistakes("{'-a': b, team: my team, " + long64 + ": y, fold: 3, Example.org/x: y}"));
        String many =
                IntStream.rangeClosed(1, 65).mapToObj(i -> "k" + i + ": v").collect(Collectors.joining(", "));
        assertEquals(List.of("r: labels: must have at most 64 entries"), mistakes("{" + many + "}"));
    }

    @Test
    void someAreChangedSomeTakenAwayAndTheOthersStay() throws Exception {
        assertEquals(
                Map.of("team", "audio", "dataset", "mnist", "new", ""),
                changed(
                        Map.of("team", "vision", "dataset", "mnist", "old", "x"),
                        "{\"team\": \"audio\", \"old\": null, \"new\": \"\", \"never-there\": null}"));
    }

    @Test
    void aChangeWithMistakesIsRefusedWhole() {
        InvalidRunSpecException e = assertThrows(
                InvalidRunSpecException.class,
                () -> changed(Map.of("team", "vision"), "{\"team\": 3, \"a b\": \"c\", \"ok\": \"fine\"}"));

        assertEquals(2, e.problems().size(), text(e));
        assertThrows(InvalidRunSpecException.class, () -> changed(Map.of(), "[]"));
    }
}
