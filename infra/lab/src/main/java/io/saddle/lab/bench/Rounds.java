package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Sides take turns, so that whatever else the machine does hits all of them: in every round each does its work once while the
 * others sleep, and the one that begins changes from round to round.
 */
public final class Rounds {

    private static final Path LOAD = Path.of("/proc/loadavg");

    /**
     * @param name in tables
     * @param worker who does it; several contenders may share one
     * @param request what it is asked in every round
     */
    public record Contender(String name, Worker worker, ObjectNode request) {}

    private Rounds() {}

    /**
     * @param field of an answer that holds the figures of its repetitions, for example {@code millis}
     * @param done gets the number of finished turns, from 1 to rounds x contenders
     * @return one side for each contender, in their order; every answer also has {@code turn} and the machine's load average
     *     before it
     */
    public static List<Side.Measured> run(List<Contender> contenders, int rounds, String field, IntConsumer done) {
        List<List<ObjectNode>> answers = new ArrayList<>();
        contenders.forEach(contender -> answers.add(new ArrayList<>()));
        int turn = 0;
        for (int round = 0; round < rounds; round++) {
            for (int index : order(contenders.size(), round)) {
                String load = load();
                ObjectNode answer =
                        contenders.get(index).worker().ask(contenders.get(index).request());
                answers.get(index).add(answer.put("turn", ++turn).put("loadBefore", load));
                done.accept(turn);
            }
        }
        return IntStream.range(0, contenders.size())
                .mapToObj(i -> new Side.Measured(
                        contenders.get(i).name(), contenders.get(i).worker().hello(), field, answers.get(i)))
                .toList();
    }

    /** The order of work in a round: everyone once, another one first than in the round before. */
    static int[] order(int contenders, int round) {
        return IntStream.range(0, contenders).map(i -> (i + round) % contenders).toArray();
    }

    private static String load() {
        try {
            return Files.exists(LOAD) ? Files.readString(LOAD).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
