package io.saddle.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.diffusion.sampling.ImageGrid;
import io.saddle.lab.report.ResultJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoReportTest {

    private static final byte[] PNG = ImageGrid.png(new ImageBatch(new float[16], 1, 1, 4, 4), 1, 2);

    @Test
    void theReportShowsTheNumbersAndNeedsNoNetwork(@TempDir Path folder) throws IOException {
        DemoResult result = result();
        String html = Files.readString(DemoReport.write(folder, result, PNG, PNG));
        assertTrue(html.contains(DemoEvaluation.percent(result.constrained().minorityShare())));
        assertTrue(html.contains(result.constrained().runId()));
        assertTrue(html.contains("in which only 50 each of the digits 4, 5, 7 are left"));
        assertTrue(html.contains("Multiplier of digit-4"));
        assertTrue(html.contains("<td>Precision of the training</td><td>fp32</td><td>bf16</td>"));
        assertTrue(html.contains("✓ kept"));
        assertFalse(html.contains("src=\"http"));
        assertFalse(html.contains("NOT_FOUND"));
    }

    @Test
    void textOfARunCannotBecomeMarkup(@TempDir Path folder) throws IOException {
        String hostile = ResultJson.MAPPER
                .writeValueAsString(result())
                .replace("demo-constrained", "</script><script>alert(1)</script>");
        DemoResult result = ResultJson.MAPPER.readValue(hostile, DemoResult.class);
        String html = Files.readString(DemoReport.write(folder, result, PNG, PNG));
        assertFalse(html.contains("<script>alert(1)"));
    }

    @Test
    void unequalNIsFlaggedBesideTheFid(@TempDir Path folder) throws IOException {
        assertEquals(List.of(), result().caveats());
        int images = result().constrained().score().images();
        String json = ResultJson.MAPPER.writeValueAsString(result());
        String first = "\"images\" : " + images;
        DemoResult unequal = ResultJson.MAPPER.readValue(json.replaceFirst(first, "\"images\" : 7"), DemoResult.class);
        String caveat = "N differs (7 and " + images + "): the distance falls as N grows, these two do not compare";
        assertEquals(List.of(caveat), unequal.caveats());
        assertTrue(DemoTable.of(unequal).contains(caveat));
        assertTrue(Files.readString(DemoReport.write(folder, unequal, PNG, PNG)).contains(caveat));
    }

    @Test
    void theNumbersComeBackFromResultJson(@TempDir Path folder) throws IOException {
        DemoReport.write(folder, result(), PNG, PNG);
        DemoResult again =
                ResultJson.MAPPER.readValue(folder.resolve("result.json").toFile(), DemoResult.class);
        assertEquals(result(), again);
    }

    @Test
    void theTableNamesWhatAPromiseCameTo() throws IOException {
        assertTrue(DemoTable.of(result()).contains("share of 4 (rare)"));
        assertTrue(DemoTable.of(result()).contains("bf16"));
        assertTrue(DemoTable.checks(result()).contains("kept"));
    }

    private static DemoResult result() throws IOException {
        try (InputStream in = DemoReportTest.class.getResourceAsStream("/demo-result.json")) {
            return ResultJson.MAPPER.readValue(in, DemoResult.class);
        }
    }
}
