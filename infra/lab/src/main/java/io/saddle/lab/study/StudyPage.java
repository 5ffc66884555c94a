package io.saddle.lab.study;

import io.saddle.lab.report.HtmlPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes {@code report.html}, one file that needs no network, and {@code result.json} beside it. */
final class StudyPage {

    /** A table as the page's template reads it. */
    public record Table(String title, List<String> header, List<List<StudyTable.Cell>> rows) {}

    private StudyPage() {}

    /** @return the page's path */
    static Path write(Path folder, StudyFindings findings, String plot) throws IOException {
        Map<String, Object> data = new HashMap<>();
        data.put("f", findings);
        data.put("machines", findings.machines());
        data.put("commands", findings.commands().replace("`", ""));
        data.put("dates", findings.dates());
        data.put("plot", plot == null ? "" : plot);
        data.put(
                "tables",
                StudyTable.of(findings).stream()
                        .map(table -> new Table(table.title().replace("bold", "blue"), table.header(), table.cells()))
                        .toList());
        return HtmlPage.write(folder, findings, "/io/saddle/lab/study/study.html", List.of(), data);
    }
}
