package io.saddle.lab.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.ReportTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemorySeriesTest {

    private static ObjectNode at(int rssMiB, int peakMiB) {
        return Json.object().put("rssKiB", rssMiB * 1024).put("peakRssKiB", peakMiB * 1024);
    }

    private static MemorySeries series(String name, ObjectNode... answers) {
        return new MemorySeries(name, at(100, 100), 100, List.of(answers));
    }

    @Test
    void theSlopeLeavesTheWarmUpOut() {
        MemorySeries series = series("saddle", at(200, 250), at(300, 320), at(301, 320), at(302, 325));

        assertEquals(10 * 1024, series.slope(100), 1e-6, "one MiB per 100 steps");
        assertEquals(325, series.peak());
        assertEquals(400, series.steps());
        assertTrue(Double.isNaN(series.slope(300)));
        assertTrue(Double.isNaN(series.slope(1000)));
    }

    @Test
    void theReportComparesPeaks() {
        String text = ReportTable.of(new BenchReport(
                "memory",
                List.of(MemoryReport.of(
                        "t",
                        List.of(
                                series("saddle", at(200, 210), at(230, 240), at(230, 240)),
                                series("PyTorch", at(190, 200))),
                        0))));

        assertTrue(
                text.contains("saddle, peak / PyTorch, peak: 1.200 (round by round 1.200), goal <= 1.20: met"), text);
        assertTrue(text.contains("PyTorch, 100 steps: too few steps"), text);
    }
}
