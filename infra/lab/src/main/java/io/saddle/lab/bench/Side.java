package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One row of a comparison. */
public sealed interface Side {

    String name();

    ObjectNode toJson();

    /**
     * The measured figure.
     *
     * @param name in the table
     * @param hello what the worker said of itself
     * @param field of an answer that holds the figures of its repetitions
     * @param answers one for each round
     */
    record Measured(String name, JsonNode hello, String field, List<ObjectNode> answers) implements Side {
        private static final String MILLIS = "millis";

        public Measured {
            answers = List.copyOf(answers);
        }

        /** Times, in milliseconds, that no worker tells. */
        public static Measured ofMillis(String name, double... millis) {
            return ofMillisByRound(name, List.of(millis));
        }

        /** The same, of several rounds. */
        public static Measured ofMillisByRound(String name, List<double[]> rounds) {
            List<ObjectNode> answers = rounds.stream()
                    .map(millis -> Json.object().<ObjectNode>set(MILLIS, Json.array(millis)))
                    .toList();
            return new Measured(name, Json.object(), MILLIS, answers);
        }

        /** The figures of each round's repetitions. */
        public List<double[]> rounds() {
            return answers.stream().map(answer -> figures(answer.path(field))).toList();
        }

        /** Of the figures of all repetitions. */
        public Statistics statistics() {
            return Statistics.of(
                    rounds().stream().flatMapToDouble(java.util.Arrays::stream).toArray());
        }

        private static double[] figures(JsonNode values) {
            double[] figures = new double[values.size()];
            for (int i = 0; i < figures.length; i++) {
                figures[i] = values.get(i).asDouble();
            }
            return figures;
        }

        @Override
        public ObjectNode toJson() {
            Statistics statistics = statistics();
            ObjectNode json = Json.object()
                    .put("name", name)
                    .put("median", statistics.median())
                    .put("q1", statistics.q1())
                    .put("q3", statistics.q3())
                    .put("p99", statistics.p99())
                    .put("repetitions", statistics.count());
            json.set("worker", hello);
            ArrayNode rounds = json.putArray("rounds");
            answers.forEach(rounds::add);
            return json;
        }
    }

    /**
     * The reason why nothing could be measured here.
     *
     * @param reason why, with the remedy
     */
    record Missing(String name, String reason) implements Side {

        @Override
        public ObjectNode toJson() {
            return Json.object().put("name", name).put("missing", reason);
        }
    }
}
