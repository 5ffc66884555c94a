package io.saddle.lab.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * The document that has every study's tables: each between two markers, which this rewrites, so that no number is typed by hand. What
 * stands outside of the markers is people's.
 */
record EvidenceDocument(Path file) {

    private static final String HEADING = "# Evidence\n";

    /**
     * Writes a study's part in the place of what was there, else at the end.
     *
     * @param folder of the study's results, beside the document
     */
    void write(StudyFindings findings, String folder) throws IOException {
        String text = Files.exists(file) ? Files.readString(file) : HEADING;
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, with(text, findings.name(), part(findings, folder)));
    }

    /** A document with another part between a study's markers. */
    static String with(String document, String study, String part) {
        String begin = "<!-- study " + study + ": begin -->";
        String end = "<!-- study " + study + ": end -->";
        String marked = begin + "\n" + part + end;
        int from = document.indexOf(begin);
        int to = document.indexOf(end);
        return from >= 0 && to > from
                ? document.substring(0, from) + marked + document.substring(to + end.length())
                : document.stripTrailing() + "\n\n" + marked + "\n";
    }

    /** A study's tables and how they were made. */
    static String part(StudyFindings findings, String folder) {
        StringBuilder text = new StringBuilder();
        text.append("## ")
                .append(findings.title())
                .append("\n\n")
                .append(findings.question())
                .append("\n\n");
        text.append("![Every variant's figures: seeds, mean and interval](")
                .append(folder)
                .append("/plot.svg)\n\n");
        for (StudyTable table : StudyTable.of(findings)) {
            text.append(table.markdown()).append('\n');
        }
        text.append(made(findings, folder));
        return text.toString();
    }

    private static String made(StudyFindings findings, String folder) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < findings.floors().size(); i++) {
            RunResult.Measure floor = findings.floors().get(i);
            text.append("Features")
                    .append(findings.floors().size() == 1 ? "" : " (" + (i + 1) + ")")
                    .append(": ")
                    .append(findings.networks().get(i))
                    .append("; ")
                    .append(floor.images())
                    .append(" samples");
            if (floor.floorFrechet() != null) {
                text.append("; real images among themselves ").append(Figure.Unit.NUMBER.text(floor.floorFrechet()));
                text.append(floor.floorKid() == null ? "" : ", KID " + Figure.Unit.SMALL.text(floor.floorKid()));
            }
            text.append(".\n");
        }
        if (findings.classifier() != null) {
            text.append("Shares as ").append(findings.classifier()).append(" sees them. ");
        }
        text.append("Reference: ").append(findings.reference()).append(".\n");
        text.append("Made on ")
                .append(findings.machines())
                .append(", by ")
                .append(findings.commands())
                .append(" on ")
                .append(findings.dates())
                .append("; ")
                .append(findings.runs().size())
                .append(" runs, each in [")
                .append(folder)
                .append("](")
                .append(folder)
                .append(").\n");
        if (!findings.missing().isEmpty()) {
            text.append("Without a result: ")
                    .append(findings.missing().entrySet().stream()
                            .map(run -> run.getKey() + " (" + run.getValue() + ")")
                            .collect(Collectors.joining("; ")))
                    .append(".\n");
        }
        return text.toString();
    }
}
