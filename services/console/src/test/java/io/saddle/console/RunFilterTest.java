package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.spec.Problem;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunFilterTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private static RunSummary run(String name, RunPhase phase, RunLifecycle lifecycle, String at, String... labels) {
        Map<String, String> byKey = new java.util.TreeMap<>();
        Arrays.stream(labels).map(label -> label.split("=", -1)).forEach(label -> byKey.put(label[0], label[1]));
        return new RunSummary(
                name,
                "Digits, rare ones " + name,
                byKey,
                lifecycle,
                phase,
                "RUNNING",
                0,
                0,
                0,
                null,
                null,
                "",
                0,
                null,
                List.of(),
                null,
                false,
                null,
                null,
                null,
                null,
                Instant.parse(at),
                NOW);
    }

    private static final List<RunSummary> RUNS = List.of(
            run("one", RunPhase.COMPLETED, RunLifecycle.ACTIVE, "2026-10-01T00:00:00Z", "team=vision", "dataset=mnist"),
            run("two", RunPhase.TRAINING, RunLifecycle.ACTIVE, "2026-11-18T11:59:00Z", "team=audio"),
            run("three", RunPhase.PAUSED, RunLifecycle.ACTIVE, "2026-11-18T12:01:00Z", "debug="),
            run("four", RunPhase.FAILED, RunLifecycle.ARCHIVED, "2026-11-19T23:59:59Z", "team=vision"),
            run("five", RunPhase.COMPLETED, RunLifecycle.DELETED, "2026-11-20T00:00:00Z"));

    private final RunQuery query = new RunQuery();

    private String found() {
        List<Problem> problems = new ArrayList<>();
        RunFilter filter = RunFilter.of(query, NOW, problems);
        assertEquals(List.of(), problems);
        return String.join(
                " ",
                RUNS.stream().filter(filter::matches).map(RunSummary::runId).toList());
    }

    @Test
    void whatIsPutAwayOrDeletedIsShownOnlyWhereItIsAskedFor() {
        assertEquals("one two three", found());
        query.lifecycle = List.of("archived,ACTIVE");
        assertEquals("one two three four", found());
        query.lifecycle = List.of("DELETED");
        assertEquals("five", found());
        assertTrue(RUNS.stream().allMatch(RunFilter.EVERY::matches));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRAINING | two",
                "training,Paused | two three",
                "waiting-for-multipliers | ''",
            })
    void itIsInOneOfThePhases(String phase, String expected) {
        query.phase = List.of(phase);
        assertEquals(expected, found());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "team=vision | one",
                "team==vision | one",
                "team!=vision | two three",
                "team | one two",
                "!team | three",
                "debug= | three",
                "team=vision,dataset=mnist | one",
                "team,dataset!=mnist | two",
            })
    void itMeetsAllOfTheLabels(String label, String expected) {
        query.label = List.of(label);
        assertEquals(expected, found());
        query.label = List.of(label.split(","));
        assertEquals(expected, found());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TWO | two",
                "rare digits | one two three",
                "mnist | one",
                "team=au | two",
                "rare nothing | ''",
                "' ' | one two three"
            })
    void eachOfTheWordsIsSomewhere(String text, String expected) {
        query.text = text;
        assertEquals(expected, found());
    }

    @ParameterizedTest
    @CsvSource({
        "2d, , three",
        "48h, , three",
        "2881m, , two three",
        "1w, 1d, two three",
        "2026-11-18, , two three",
        "2026-11-18, 2026-11-18, two three",
        ", 2026-11-17, one",
        "2026-11-18T13:00:00+01:00, , three",
        ", 2026-11-18T12:00:00Z, one two"
    })
    void itWasSubmittedBetween(String since, String until, String expected) {
        query.since = since;
        query.until = until;
        assertEquals(expected, found());
    }

    @Test
    void aDayIsMeantAsAWholeAtBothEnds() {
        query.lifecycle = List.of("archived", "deleted");
        query.since = "2026-11-19";
        query.until = "2026-11-19";
        assertEquals("four", found());
    }

    @Test
    void whatTheLifecycleTellsNeedsNoLineOfTheList() {
        assertTrue(RunFilter.EVERY.isOfLifecyclesAlone());
        query.lifecycle = List.of("archived");
        assertTrue(RunFilter.of(query, NOW, new ArrayList<>()).isOfLifecyclesAlone());
        query.text = "nine";
        assertFalse(RunFilter.of(query, NOW, new ArrayList<>()).isOfLifecyclesAlone());
    }

    @Test
    void everyMistakeIsNamedAtOnce() {
        query.phase = List.of("TRAINIG", "PAUSED");
        query.lifecycle = List.of("gone");
        query.label = List.of("a=b=c", "=x", "ok");
        query.since = "yesterday";
        query.until = "2026-13-01";
        query.order = "up";
        query.limit = 0;
        query.offset = -1;
        List<Problem> problems = new ArrayList<>();
        RunFilter.of(query, NOW, problems);
        ListPage.of(query, problems);

        assertEquals(
                List.of("lifecycle", "phase", "label", "label", "since", "until", "order", "limit", "offset"),
                problems.stream().map(Problem::path).toList());
        assertEquals(
                "'TRAINIG' is none, did you mean TRAINING?", problems.get(1).message());
        assertEquals(
                "'gone' is none; there are ACTIVE, ARCHIVED, DELETING, DELETED",
                problems.get(0).message());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    void thePagesTogetherAreTheList(int limit) {
        query.limit = limit;
        query.order = "newest";
        List<String> all = new ArrayList<>();
        Optional<Integer> next = Optional.of(0);
        while (next.isPresent()) {
            query.offset = next.get();
            ListPage page = ListPage.of(query, new ArrayList<>());
            List<RunSummary> some = page.of(RUNS);
            assertTrue(!some.isEmpty() && some.size() <= limit);
            some.forEach(run -> all.add(run.runId()));
            next = page.next(RUNS.size());
        }
        assertEquals(
                IntStream.rangeClosed(1, RUNS.size())
                        .mapToObj(i -> RUNS.get(RUNS.size() - i).runId())
                        .toList(),
                all);
    }

    @Test
    void aListThatNobodyAsksToBeCutIsWholeAndTheOldestFirst() {
        ListPage page = ListPage.of(query, new ArrayList<>());
        assertEquals(RUNS, page.of(RUNS));
        assertEquals(Optional.empty(), page.next(RUNS.size()));
    }
}
