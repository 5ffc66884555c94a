package io.saddle.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddle.lab.report.Curve;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.ResultJson;
import io.saddle.lab.study.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoWaysReportTest {

    private static final TwoWays WAYS = new TwoWays("mixture", "weighted-sum", "Two ways?", "One, and another.");

    private static TwoWaysResult.Run run(String way, long seed, double multiplier, double millis) {
        Curve multipliers = new Curve(List.of(20L, 40L), Map.of("digit-4", List.of(0.1, multiplier)));
        Curve losses = new Curve(List.of(20L, 40L), Map.of("objective", List.of(0.5, 0.2)));
        return new TwoWaysResult.Run(
                way + "-<script>alert(" + seed + ")</script>",
                way,
                seed,
                JsonNodeFactory.instance.objectNode(),
                Map.of("digit-4", multiplier),
                Map.of("digit-4", multiplier / 2),
                0.2,
                way.equals("mixture") ? 64 : 128,
                millis,
                0.25,
                40 * millis / 1000,
                List.of(),
                new Curves(losses, multipliers, multipliers, new Curve(List.of(), Map.of("distance", List.of()))));
    }

    private static TwoWaysResult result(double... multipliers) {
        List<TwoWaysResult.Run> runs = new ArrayList<>();
        List<Long> seeds = new ArrayList<>();
        for (int i = 0; i < multipliers.length; i += 2) {
            long seed = 1 + i / 2;
            seeds.add(seed);
            runs.add(run("mixture", seed, multipliers[i], 100));
            runs.add(run("weighted-sum", seed, multipliers[i + 1], 400));
        }
        TwoWaysComparison comparison = new TwoWaysComparison(WAYS, runs);
        return new TwoWaysResult(
                Instant.EPOCH,
                Map.of("saddle", "1"),
                WAYS,
                40,
                seeds,
                runs,
                comparison.multipliers(),
                comparison.losses(),
                comparison.cost());
    }

    /** The spread between seeds was taken for doubt about the difference, although both runs of a seed see the same data. */
    @Test
    void waysThatDifferInEverySeedAreNotTheSameHoweverMuchSeedsDiffer() {
        assertFalse(result(1.0, 1.2, 2.0, 2.21, 3.0, 3.2).agree());
        assertTrue(result(1.0, 1.01, 2.0, 2.0, 3.0, 3.01).agree());
    }

    @Test
    void theDifferenceIsTakenSeedBySeedAndAsAPartOfTheMeanOfBothWays() {
        TwoWaysResult.Difference difference =
                result(1.0, 1.2, 1.2, 1.6).multipliers().get(0);
        assertEquals(1.1, difference.first(), 1e-12);
        assertEquals(1.4, difference.second(), 1e-12);
        Interval relative = difference.relative();
        assertEquals(-0.3 / 1.25, relative.value(), 1e-12);
        // Of -0.16 and -0.32 the standard error is 0.08; Student's t of one degree of freedom is 12.706.
        assertEquals(12.706 * 0.08, relative.high() - relative.value(), 1e-4);
        assertEquals(TwoWaysResult.Verdict.OPEN, difference.verdict());
    }

    @Test
    void multipliersThatAreAllZeroAreTheSame() {
        assertTrue(result(0, 0, 0, 0).agree());
        assertEquals(0, result(0, 0, 0, 0).multipliers().get(0).relative().value());
    }

    @Test
    void aFewSeedsThatDisagreeShowNeitherOneNorTheOther() {
        TwoWaysResult result = result(1.0, 1.1, 1.1, 1.0);
        assertEquals(TwoWaysResult.Verdict.OPEN, result.verdict());
        assertTrue(TwoWaysReport.table(result).contains("The seeds do not show whether"));
    }

    @Test
    void oneSeedSaysNothing() {
        TwoWaysResult result = result(1.0, 1.0);
        assertEquals(TwoWaysResult.Verdict.OPEN, result.verdict());
        assertNull(result.multipliers().get(0).relative().low());
        assertTrue(TwoWaysReport.table(result).contains("One seed says nothing"), TwoWaysReport.table(result));
    }

    @Test
    void thePageShowsTheVerdictAndTheCostAndNeedsNoNetwork(@TempDir Path folder) throws IOException {
        TwoWaysResult result = result(1.0, 1.001, 1.01, 1.009);
        String html = Files.readString(TwoWaysReport.write(folder, result));
        assertTrue(html.contains("Both ways reached the same multipliers"));
        assertTrue(html.contains("4.00 times as long"));
        assertTrue(html.contains("id=\"multiplier-digit-4\""));
        assertFalse(html.contains("src=\"http"));
        assertFalse(html.contains("NOT_FOUND"));
        assertFalse(html.contains("<script>alert("));
        assertEquals(
                result,
                ResultJson.MAPPER.readValue(folder.resolve("result.json").toFile(), TwoWaysResult.class));
    }
}
