package io.saddle.lab.bench.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Ratio;
import io.saddle.lab.bench.Side;
import java.util.List;
import java.util.Locale;

/** The tables of {@code bench data}. */
record DataReport(TrainingSubject subject, Precision precision, int images) {

    private static final Goal SHARE = Goal.atMost(0.02);
    private static final Goal OPENING_SECONDS = Goal.atMost(1);
    private static final double PERCENT = 100;
    private static final double MILLIS_PER_SECOND = 1e3;

    private String title() {
        return String.format(
                Locale.ROOT, "reading %,d mapped images while training, %s, %s", images, precision, subject.title());
    }

    /**
     * @param cold whether the images were on the disk alone before the worker opened them
     */
    Comparison steps(JsonNode hello, ObjectNode onDisk, List<ObjectNode> inMemory, boolean cold) {
        String first = cold ? "from the disk" : "first";
        List<Side> sides = List.of(
                new Side.Measured("step", hello, "millis", inMemory),
                new Side.Measured("  its images", hello, "images", inMemory),
                new Side.Measured("  all outside libtorch", hello, "outside", inMemory),
                new Side.Measured("step, processor", hello, "cpu", inMemory),
                new Side.Measured("  its images, processor", hello, "imagesCpu", inMemory),
                new Side.Measured("step, " + first, hello, "millis", List.of(onDisk)),
                new Side.Measured("  its images, " + first, hello, "images", List.of(onDisk)),
                new Side.Measured("  all outside libtorch, " + first, hello, "outside", List.of(onDisk)),
                new Side.Measured("  waits for the disk, " + first + " (number)", hello, "faults", List.of(onDisk)));
        Comparison table = Comparison.of(title(), "ms/step", sides)
                .withRatio("  its images", "step", SHARE)
                .withRatio("  its images, processor", "step, processor", SHARE)
                .withRatio("  all outside libtorch", "step", null)
                .withRatio("  its images, " + first, "step, " + first, SHARE)
                .withFacts(Json.object().put("images", images).put("batch", subject.batch()));
        for (Ratio ratio : table.ratios()) {
            table = table.withNote(String.format(
                    Locale.ROOT,
                    "%s: %.4f %% of %s",
                    ratio.numerator().strip(),
                    PERCENT * ratio.medians(),
                    ratio.denominator().strip()));
        }
        return table.withNote(String.format(
                        Locale.ROOT,
                        "its images: out of the map, scaled, mirrored with probability %.1f; the time of all training threads by"
                                + " their number. Mirroring is measured apart: %.4f ms an image",
                        DataWorker.HORIZONTAL_FLIP,
                        hello.path("mirrorMillis").asDouble()))
                .withNote("all outside libtorch: also noise, the other random draws, the plan of the step")
                .withNote(
                        cold
                                ? "from the disk: the operating system was told to forget the files; what it reads ahead it keeps"
                                : "the operating system did not forget the files: nothing is said of reading from the disk");
    }

    Comparison opening(Side.Measured again, boolean cold) {
        double first = again.hello().path("firstOpeningMillis").asDouble();
        String name = cold ? "first, from the disk" : "first";
        return Comparison.of(
                        String.format(Locale.ROOT, "opening the data set of %,d images", images),
                        "ms",
                        List.of(Side.Measured.ofMillis(name, first), again))
                .withNote(String.format(
                        Locale.ROOT,
                        "the first, in seconds: %.3f, %s",
                        first / MILLIS_PER_SECOND,
                        OPENING_SECONDS.verdict(first / MILLIS_PER_SECOND)));
    }
}
