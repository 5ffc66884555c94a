package io.saddle.lab.bench.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.ReportTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTimesTest {

    private static RunRecords run() {
        return new MadeRun()
                .step(1, 0, 500, 300, 100, null, null)
                .step(2, 0, 600, 90, 88, 10.0, 0.0)
                .step(3, 0, 700, 96, 94, 2.0, 0.0)
                .copied(3)
                .step(4, 1, 1000, 92, 90, 10.0, 200.0)
                .records();
    }

    @Test
    void aStepCostsWhatIsDoneInItAndBeforeIt() {
        StepTimes times = StepTimes.of(run(), 0);

        assertArrayEquals(new double[] {100, 98, 102}, times.whole(), 1e-9);
        assertArrayEquals(new double[] {88, 94, 90}, times.libtorch(), 1e-9);
        assertArrayEquals(new double[] {2, 2, 2}, times.preparing(), 1e-9);
        assertArrayEquals(new double[] {10, 2, 10}, times.between(), 1e-9);
        assertArrayEquals(new double[] {10}, times.pauses(), 1e-9, "before step 4: step 3 was copied");
        assertArrayEquals(new double[] {200}, times.waits(), 1e-9);
        assertEquals(100 * 28 / 300.0, times.percentOutside(), 1e-9);
        assertEquals(40, times.percentWaiting(), 1e-9);
    }

    @Test
    void theWarmUpIsLeftOut() {
        assertArrayEquals(new double[] {98, 102}, StepTimes.of(run(), 2).whole(), 1e-9);
    }

    @Test
    void theReportSaysWhetherTheGoalsAreMet() {
        List<Comparison> tables = PipelineReport.of("LOCKSTEP", run(), 0);
        String text = ReportTable.of(new BenchReport("pipeline", tables));

        assertTrue(text.contains("outside libtorch: 9.33 % of the steps' time, goal <= 2.00: missed"), text);
        assertTrue(
                text.contains("longest pause for a snapshot or checkpoint: 0.10 of a median step, goal <= 1.00: met"),
                text);
        assertTrue(text.contains("waiting for multipliers: 40.0 % of the run's time"), text);
    }
}
