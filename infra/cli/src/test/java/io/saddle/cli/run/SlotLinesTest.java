package io.saddle.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotLinesTest {

    private static final String DONE =
            "{'slot': 0, 'state': 'DONE', 'attempt': 0, 'worker': 'a', 'waitingMillis': null}";
    private static final String GIVEN = "{'slot': 1, 'state': 'GIVEN', 'attempt': 0, 'waitingMillis': null}";
    private static final String GIVEN_AGAIN = "{'slot': 2, 'state': 'GIVEN', 'attempt': 1, 'waitingMillis': 14700}";
    private static final String NOTHING =
            "{'rounds': 0, 'slotsDone': 0, 'stateBytes': 0, 'bytesPerRound': null, 'givenAgain': 0, 'doneBy': {}, 'lastProblem': null}";

    private static List<String> lines(String view) throws Exception {
        return SlotLines.of(new ObjectMapper().readTree(view.replace('\'', '"')));
    }

    private static String view(String steps, List<String> slots) {
        return "{'slots': " + slots.size() + ", 'round': {'step': 20, 'steps': " + steps + ", 'slots': " + slots
                + "}, 'sums': " + NOTHING + "}";
    }

    @Test
    void aRunWithoutSlotsHasOne() throws Exception {
        assertEquals(List.of("slots: 1"), lines("{'slots': 1, 'round': null, 'sums': " + NOTHING + "}"));
    }

    @Test
    void whatIsStillToBeDoneIsNamedWithHowLongItIs() throws Exception {
        assertEquals(
                List.of(
                        "slots: 3, steps 21 to 40: 1 done, slot 1 given to be done, slot 2 given to be done (attempt 2, 14 s)"),
                lines(view("20", List.of(DONE, GIVEN, GIVEN_AGAIN))));
        assertEquals(
                List.of("slots: 10, steps after 20: 1 done, 9 given to be done"),
                lines(view(
                        "null", List.of(DONE, GIVEN, GIVEN, GIVEN, GIVEN, GIVEN, GIVEN, GIVEN, GIVEN, GIVEN_AGAIN))));
        assertEquals(
                List.of(
                        "slots: 3, steps 21 to 40: 0 done, slots 1, 1 given to be done, slot 2 given to be done (attempt 2, 14 s)"),
                lines(view("20", List.of(GIVEN, GIVEN_AGAIN, GIVEN))));
        assertEquals(List.of("slots: 2, steps 21 to 40: 2 done"), lines(view("20", List.of(DONE, DONE))));
    }

    @Test
    void whoDidHowManyWhatARoundWritesAndWhatWentWrongIsSaid() throws Exception {
        assertEquals(
                List.of(
                        "slots: 4, no round is under way",
                        "since the console is up: 6 rounds, 21 slots done, given again 2 times, 12.3 MB of states a round",
                        "by trainer-1 12, trainer-2 9",
                        "last problem: slot 2 of the steps after 20: trainer-2: there is no such device"),
                lines("{'slots': 4, 'round': null, 'sums': {'rounds': 6, 'slotsDone': 21, 'bytesPerRound': 12300000,"
                        + " 'givenAgain': 2, 'doneBy': {'trainer-1': 12, 'trainer-2': 9}, 'lastProblem': {'step': 20,"
                        + " 'slot': 2, 'worker': 'trainer-2', 'problem': 'there is no such device'}}}"));
    }
}
