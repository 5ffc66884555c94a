package io.saddle.lab.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The end of a study: tables on the terminal, page and JSON, and where it is wanted the plot beside the results and the document's part.
 *
 * @param page folder of the page
 * @param document whether the document that lies beside the folder of all results is rewritten
 */
record StudyOutput(Path page, ResultFolder results, boolean document, Consumer<String> say) {

    void write(StudyFindings findings) throws IOException {
        String plot = DotPlot.of(findings);
        Path report = StudyPage.write(page, findings, plot);
        StudyTable.of(findings).forEach(table -> say.accept(table.text()));
        findings.unlike()
                .forEach(unlike -> say.accept("NOT COMPARABLE, not all runs were judged by the same " + unlike));
        findings.missing().forEach((run, reason) -> say.accept("without a result: " + run + ": " + reason));
        if (document) {
            document(findings, plot);
        }
        say.accept("report:  " + report.toAbsolutePath());
        say.accept("results: " + results.folder().toAbsolutePath());
    }

    private void document(StudyFindings findings, String plot) throws IOException {
        if (plot != null) {
            Files.writeString(results.folder().resolve("plot.svg"), plot);
        }
        Path evidence = results.folder().toAbsolutePath().getParent();
        Path file = evidence.resolveSibling("evidence.md");
        new EvidenceDocument(file, evidence.getFileName().toString()).write(findings);
        say.accept("tables:  " + file);
    }
}
