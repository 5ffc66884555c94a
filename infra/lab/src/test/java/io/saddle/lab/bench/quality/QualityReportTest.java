package io.saddle.lab.bench.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Side;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityReportTest {

    private static final Side.Missing MISSING = new Side.Missing(QualityReport.SCRIPT, "peer not installed");

    private static QualityCurve.Point point(int step, double distance, double seconds, double joules) {
        return new QualityCurve.Point(step, distance, seconds, OptionalDouble.of(joules));
    }

    private static final QualityCurve STACK =
            new QualityCurve(List.of(point(100, 90, 30, 300), point(200, 60, 50, 500), point(300, 40, 70, 700)));
    private static final QualityCurve SCRIPT =
            new QualityCurve(List.of(point(100, 80, 20, 250), point(200, 65, 60, 800), point(300, 55, 100, 1400)));

    private static QualityReport report(Optional<QualityCurve> script) throws IOException {
        RunTask task = RunTask.of(Distribution.locate().example("mnist-unconstrained.yaml"), 300, 100, 50);
        return new QualityReport(task, "small-cnn", STACK, script);
    }

    @Test
    void shouldCompareTheBestQualityThatBothReach() throws IOException {
        List<Comparison> tables = report(Optional.of(SCRIPT)).tables(null, MISSING);

        assertEquals(2, tables.size());
        assertTrue(
                tables.get(0).title().startsWith("time to a Frechet distance of 55.00, N = 50"),
                tables.get(0).title());
        assertEquals(0.7, tables.get(0).ratios().get(0).medians(), 1e-12);
        assertEquals(
                "goal <= 0.60: missed",
                tables.get(0).ratios().get(0).goal().orElseThrow().verdict(0.7));
        assertEquals(0.5, tables.get(1).ratios().get(0).medians(), 1e-12);
        assertEquals(3, tables.get(0).facts().path("script").size());
    }

    @Test
    void shouldCompareTheQualityThatIsAskedForAndSayWhoDoesNotReachIt() throws IOException {
        QualityReport report = report(Optional.of(SCRIPT));

        assertEquals(
                50.0 / 60, report.tables(65.0, MISSING).get(0).ratios().get(0).medians(), 1e-12);
        Comparison unreached = report.tables(50.0, MISSING).get(0);
        assertEquals(
                new Side.Missing(QualityReport.SCRIPT, "not reached, the best was 55.00"),
                unreached.sides().get(1));
        assertTrue(unreached.ratios().isEmpty());
        assertEquals(
                MISSING,
                report(Optional.empty()).tables(null, MISSING).get(0).sides().get(1));
    }

    @Test
    void shouldTrainTheRunShortenedInOnePrecision() throws IOException {
        RunTask task = report(Optional.empty()).task();

        assertEquals(300, task.steps());
        assertEquals(50, task.spec().evaluation().finalImages());
        assertEquals(100, task.spec().evaluation().every());
        assertEquals(
                task.precision(),
                Precision.valueOf(task.spec().training().precision().name()));
        assertEquals(task.spec(), new RunSpecParser().parse("run.yaml", task.yaml()));
    }

    @Test
    void shouldCountTheEnergyOfEveryProcessorAndTurnOver(@TempDir Path powercap) throws IOException {
        for (String name : List.of("intel-rapl:0", "intel-rapl:1", "intel-rapl:0:0", "intel-rapl")) {
            Path folder = Files.createDirectories(powercap.resolve(name));
            Files.writeString(folder.resolve("energy_uj"), "9000000\n");
            Files.writeString(folder.resolve("max_energy_range_uj"), "10000000\n");
        }
        EnergyMeter meter = EnergyMeter.start(powercap);
        Files.writeString(powercap.resolve("intel-rapl:0/energy_uj"), "9500000\n");
        Files.writeString(powercap.resolve("intel-rapl:1/energy_uj"), "2000000\n");

        assertEquals(0.5 + 3, meter.joules().orElseThrow(), 1e-9);
        assertEquals(0.5 + 3, meter.joules().orElseThrow(), 1e-9);
        assertTrue(EnergyMeter.start(powercap.resolve("none")).joules().isEmpty());
    }
}
