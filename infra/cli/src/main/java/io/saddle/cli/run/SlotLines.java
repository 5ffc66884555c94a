package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.terminal.ByteSize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The slots of a run in lines: its newest round, what rounds come to, who did how many. */
final class SlotLines {

    /** Slots that are named, with how long they wait; of more only their number is of use. */
    private static final int NAMED = 8;

    private SlotLines() {}

    /** @param slots as the console answers */
    static List<String> of(JsonNode slots) {
        List<String> lines = new ArrayList<>();
        if (slots.path("slots").asInt() <= 1) {
            return List.of("slots: 1");
        }
        lines.add("slots: " + slots.path("slots").asInt() + ", " + round(slots.path("round")));
        JsonNode sums = slots.path("sums");
        if (sums.path("rounds").asLong() > 0) {
            lines.add(sums(sums));
        }
        if (!sums.path("doneBy").isEmpty()) {
            lines.add(sums.path("doneBy").properties().stream()
                    .map(worker -> worker.getKey() + " " + worker.getValue().asLong())
                    .collect(Collectors.joining(", ", "by ", "")));
        }
        JsonNode problem = sums.path("lastProblem");
        if (problem.isObject()) {
            lines.add("last problem: slot " + problem.path("slot").asInt() + " of the steps after "
                    + problem.path("step").asLong() + ": "
                    + problem.path("worker").asText() + ": "
                    + problem.path("problem").asText());
        }
        return lines;
    }

    private static String round(JsonNode round) {
        if (!round.isObject()) {
            return "no round is under way";
        }
        long before = round.path("step").asLong();
        String steps = round.path("steps").isNumber()
                ? "steps " + (before + 1) + " to "
                        + (before + round.path("steps").asLong())
                : "steps after " + before;
        List<JsonNode> given = StreamSupport.stream(round.path("slots").spliterator(), false)
                .filter(slot -> !slot.path("state").asText().equals("DONE"))
                .toList();
        String done = steps + ": " + (round.path("slots").size() - given.size()) + " done";
        if (given.isEmpty()) {
            return done;
        }
        if (given.size() > NAMED) {
            return done + ", " + given.size() + " given to be done";
        }
        Map<String, List<String>> alike = new LinkedHashMap<>();
        given.forEach(slot -> alike.computeIfAbsent(waiting(slot), any -> new ArrayList<>())
                .add(slot.path("slot").asText()));
        return done
                + alike.entrySet().stream()
                        .map(group -> ", slot" + (group.getValue().size() == 1 ? " " : "s ")
                                + String.join(", ", group.getValue()) + " given to be done" + group.getKey())
                        .collect(Collectors.joining());
    }

    private static String waiting(JsonNode slot) {
        List<String> more = new ArrayList<>();
        if (slot.path("attempt").asInt() > 0) {
            more.add("attempt " + (slot.path("attempt").asInt() + 1));
        }
        if (slot.path("waitingMillis").isNumber()) {
            more.add(slot.path("waitingMillis").asLong() / 1000 + " s");
        }
        return more.isEmpty() ? "" : " (" + String.join(", ", more) + ")";
    }

    private static String sums(JsonNode sums) {
        String line = "since the console is up: " + counted(sums.path("rounds").asLong(), "round") + ", "
                + counted(sums.path("slotsDone").asLong(), "slot") + " done";
        long again = sums.path("givenAgain").asLong();
        return line
                + (again > 0 ? ", given again " + again + (again == 1 ? " time" : " times") : "")
                + (sums.path("bytesPerRound").isNumber()
                        ? ", " + ByteSize.inWords(sums.path("bytesPerRound").asLong()) + " of states a round"
                        : "");
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
