package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.LineFit;
import io.saddle.lab.bench.Side;
import io.saddle.lab.bench.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Resident memory of one process while it trains.
 *
 * @param name in tables
 * @param hello what it said before the first step, with its memory then
 * @param every steps between two answers
 * @param answers its memory after each so many steps
 */
record MemorySeries(String name, JsonNode hello, int every, List<ObjectNode> answers) {

    private static final double KIB_PER_MIB = 1024;

    MemorySeries {
        answers = List.copyOf(answers);
    }

    /**
     * Trains and looks every so many steps.
     *
     * @param done gets the number of finished steps
     */
    static MemorySeries record(String name, Worker worker, int steps, int every, IntConsumer done) {
        List<ObjectNode> answers = new ArrayList<>();
        for (int step = every; step <= steps; step += every) {
            answers.add(worker.ask(Workload.PLAIN.request(every)));
            done.accept(step);
        }
        return new MemorySeries(name, worker.hello(), every, answers);
    }

    int steps() {
        return every * answers.size();
    }

    /** The most from the process's begin on, MiB. */
    double peak() {
        return answers.get(answers.size() - 1).path("peakRssKiB").asDouble() / KIB_PER_MIB;
    }

    /** Before the first step: libraries, runtime, network; MiB. */
    double atStart() {
        return hello.path("rssKiB").asDouble() / KIB_PER_MIB;
    }

    /** MiB committed to the Java heap at the end, resident or not; 0 for others than Java. */
    double heap() {
        return answers.get(answers.size() - 1).path("heapKiB").asDouble() / KIB_PER_MIB;
    }

    /** Growth by least squares, KiB per 1000 steps; NaN with fewer than two answers after the warm-up. */
    double slope(int warmUp) {
        int skipped = Math.min(answers.size(), warmUp / every);
        double[] thousands = new double[answers.size() - skipped];
        double[] kib = new double[thousands.length];
        for (int i = 0; i < kib.length; i++) {
            thousands[i] = (skipped + i + 1) * every / 1000.0;
            kib[i] = answers.get(skipped + i).path("rssKiB").asDouble();
        }
        return LineFit.of(thousands, kib).slope();
    }

    /** All that was seen, as the rows {@code NAME} and {@code NAME, peak}. */
    List<Side.Measured> sides() {
        List<ObjectNode> seen = answers.stream()
                .map(answer -> answer.deepCopy()
                        .<ObjectNode>set(
                                "rssMiB", Json.array(answer.path("rssKiB").asDouble() / KIB_PER_MIB)))
                .toList();
        return List.of(
                new Side.Measured(name, hello, "rssMiB", seen),
                new Side.Measured(
                        peakName(name), hello, "peakMiB", List.of(Json.object().set("peakMiB", Json.array(peak())))));
    }

    static String peakName(String name) {
        return name + ", peak";
    }
}
