package io.saddle.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddle.lab.report.Curve;
import io.saddle.lab.report.Curves;
import io.saddle.lab.report.ResultJson;
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

    @Test
    void theDifferenceIsMeasuredByTheSpreadBetweenSeeds() {
        TwoWaysResult.Difference difference =
                result(1.0, 1.2, 1.2, 1.6).multipliers().get(0);
        assertEquals(1.1, difference.first(), 1e-12);
        assertEquals(1.4, difference.second(), 1e-12);
        assertEquals(-0.3 / 1.4, difference.relative(), 1e-12);
        // Variances 0.02 and 0.08, pooled 0.05; the mean of two seeds has half of it, in both ways.
        assertEquals(Math.sqrt(0.05), difference.spread(), 1e-12);
        assertEquals(-0.3 / Math.sqrt(0.05), difference.standardErrors(), 1e-12);
        assertTrue(difference.agree(), "1.3 standard errors");
    }

    @Test
    void whatIsManyStandardErrorsAndManyPercentApartDoesNotAgree() {
        assertFalse(result(1.0, 1.2, 1.01, 1.21).agree());
        assertTrue(result(1.0, 1.04, 1.001, 1.041).agree(), "4 % are the same however small the spread is");
    }

    @Test
    void oneSeedHasNoSpread() {
        TwoWaysResult.Difference difference = result(1.0, 1.2).multipliers().get(0);
        assertNull(difference.spread());
        assertNull(difference.standardErrors());
        assertFalse(difference.agree());
        assertTrue(TwoWaysReport.table(result(1.0, 1.2)).contains("--seeds 2"));
    }

    @Test
    void thePageShowsTheVerdictAndTheCostAndNeedsNoNetwork(@TempDir Path folder) throws IOException {
        TwoWaysResult result = result(1.0, 1.02, 1.01, 1.0);
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
