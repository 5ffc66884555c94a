package io.saddle.lab.experiment.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.evaluation.LossEstimateResult;
import io.saddle.lab.report.ResultJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotsReportTest {

    private static final int BATCH = 16;
    private static final int IMAGES = 51_200;

    private static SlotCurve curve(SlotVariant variant, long seed, double loss) {
        List<SlotCurve.Point> points = LongStream.rangeClosed(1, 4)
                .mapToObj(i ->
                        new SlotCurve.Point(i * 12_800, new LossEstimateResult(loss / i, 0.001, 64), 100 * loss / i))
                .toList();
        return new SlotCurve(
                variant.name(BATCH), variant, seed, "basis", "features", variant.steps(IMAGES), 4, points, 1);
    }

    private static SlotsResult result() {
        List<SlotCurve> curves = new ArrayList<>();
        SlotVariant alone = new SlotVariant(1, 20, BATCH, OuterStep.MEAN, false);
        SlotVariant eight = new SlotVariant(8, 100, BATCH, OuterStep.MEAN, false);
        for (long seed = 1; seed <= 2; seed++) {
            curves.add(curve(alone, seed, 0.4 * seed));
            curves.add(curve(eight, seed, 0.4 * seed + 0.04));
        }
        return new SlotsResult(Instant.EPOCH, BATCH, curves);
    }

    @Test
    void namesTellAllVariantsApart() {
        List<String> names = SlotVariant.all(BATCH).stream()
                .map(variant -> variant.name(BATCH))
                .toList();
        assertEquals(names.size(), new HashSet<>(names).size(), names.toString());
        assertTrue(names.contains("1 slot"));
        assertTrue(names.contains("4 slots, H = 20, outer 0.7 / 0.9"));
    }

    @Test
    void differencesAreOfTheSameSeed() {
        List<SlotsReport.Row> rows = SlotsReport.rows(result());

        assertEquals("1 slot", rows.get(0).name());
        assertEquals(2, rows.get(0).seeds());
        assertEquals("3200", rows.get(0).steps());
        assertEquals("–", rows.get(0).lossDifference());
        assertEquals("8 slots, H = 100", rows.get(1).name());
        assertEquals("400", rows.get(1).steps());
        assertEquals("4", rows.get(1).merges());
        assertEquals("+0.0100 ± 0.0000", rows.get(1).lossDifference(), "though seeds lie 0.1 apart");
        assertEquals("+1.0 ± 0.0", rows.get(1).frechetDifference());
    }

    @Test
    void aVariantOfFewerSeedsSaysSoAndIsComparedWithTheSameSeed() {
        List<SlotCurve> curves = new ArrayList<>(result().trainings());
        curves.remove(3);
        SlotsReport.Row eight =
                SlotsReport.rows(new SlotsResult(Instant.EPOCH, BATCH, curves)).get(1);

        assertEquals(1, eight.seeds());
        assertEquals("0.1100", eight.loss(), "one seed has no interval");
        assertEquals("+0.0100", eight.lossDifference());
    }

    @Test
    void theResultIsOnThePageAndComesBack(@TempDir Path folder) throws Exception {
        String page = Files.readString(SlotsReport.write(folder, result()));

        assertTrue(page.contains("8 slots, H = 100"));
        SlotsResult back =
                ResultJson.MAPPER.readValue(folder.resolve("result.json").toFile(), SlotsResult.class);
        assertEquals(result(), back);
    }
}
