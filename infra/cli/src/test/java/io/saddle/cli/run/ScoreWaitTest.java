package io.saddle.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.PassingTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScoreWaitTest {

    private static final RunState COMPLETED = state("COMPLETED");

    private final PassingTime time = new PassingTime();
    private final List<String> notes = new ArrayList<>();

    private static RunState state(String phase) {
        return RunState.of(run(phase, ""));
    }

    private static JsonNode run(String phase, String more) {
        try {
            return new ObjectMapper().readTree("{\"phase\":\"" + phase + "\",\"step\":20" + more + "}");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(more, e);
        }
    }

    /** What the console says of a run, the last of it again and again. */
    private static Iterator<JsonNode> answers(String... more) {
        String last = more[more.length - 1];
        return Stream.concat(Stream.of(more), IntStream.range(0, 10_000).mapToObj(i -> last))
                .map(one -> run("COMPLETED", one))
                .iterator();
    }

    private boolean isAwaitedInTheEnd(RunState ended, boolean hasJustEnded, Iterator<JsonNode> answers) {
        ScoreWait wait = new ScoreWait(ended, answers::next, notes::add, time);
        return wait.isAwaited(wait.await(hasJustEnded));
    }

    /** After an hour the console expects no score any more, which is less than many images take. */
    @Test
    void aScoreIsWaitedForAsLongAsItsImagesTake() {
        String spec = ",\"spec\":{\"evaluation\":{\"finalImages\":1000}}";
        assertTrue(
                isAwaitedInTheEnd(COMPLETED, false, answers(",\"judging\":true" + spec, ",\"judging\":false" + spec)));
        assertEquals(Duration.ofSeconds(5 * 60 + 500), time.passed());
        assertEquals(List.of("trained; its finished model is being judged (Ctrl-C does not end that)"), notes);
    }

    @Test
    void aJudgeThatIsNotThereIsWaitedForByWhoSawTheRunEndAlone() {
        assertTrue(isAwaitedInTheEnd(COMPLETED, true, answers(",\"judging\":false")));
        assertEquals(Duration.ofMinutes(1), time.passed());
        assertEquals(
                List.of("trained; no fid-evaluator is there that judges its finished model: it is waited for 60 s"),
                notes);
        assertTrue(isAwaitedInTheEnd(COMPLETED, false, answers(",\"judging\":false")));
        assertEquals(Duration.ofMinutes(1), time.passed(), "it was over before");
    }

    /** Another console may be asked than the one that told of the end, and may not know of it yet. */
    @Test
    void aJudgeThatComesBackIsWaitedForAsIfItHadBeenThere() {
        Iterator<JsonNode> answers = Stream.concat(
                        Stream.of(run("TRAINING", "")),
                        Stream.concat(
                                IntStream.range(0, 100).mapToObj(i -> run("COMPLETED", ",\"judging\":true")),
                                Stream.of(run("COMPLETED", ",\"score\":{\"step\":20}"))))
                .iterator();
        assertFalse(isAwaitedInTheEnd(COMPLETED, true, answers));
        assertEquals(Duration.ofSeconds(101), time.passed());
    }

    @Test
    void aRunThatWasNotTrainedToItsEndHasNoScoreToWaitFor() {
        assertFalse(isAwaitedInTheEnd(state("STOPPED"), true, answers("")));
        assertEquals(Duration.ZERO, time.passed());
        assertEquals(List.of(), notes);
    }
}
