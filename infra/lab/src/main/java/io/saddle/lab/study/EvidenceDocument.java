package io.saddle.lab.study;

import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The document that has every study's answers, each between two markers, and beside it one for each study with what is only looked up.
 * This writes both anew, so that no number is typed by hand. What stands outside of the markers is people's.
 *
 * @param file the document
 * @param evidence folder of all studies' results, beside it
 */
record EvidenceDocument(Path file, String evidence) {

    private static final String HEADING = "# Evidence\n";

    /** Writes a study's part in the place of what was there, else at the end, and its details into its folder. */
    void write(StudyFindings findings) throws IOException {
        Path folder = file.resolveSibling(evidence).resolve(findings.name());
        Files.createDirectories(folder);
        replace(folder.resolve("README.md"), details(findings));
        String text = Files.exists(file) ? Files.readString(file) : HEADING;
        replace(file, with(text, findings.name(), part(findings, evidence + "/" + findings.name())));
    }

    /** Whole or not at all: the document has people's words, too. */
    private static void replace(Path file, String text) throws IOException {
        DurableFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
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

    /** A study's answers. */
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
        append(text, StudyTable.answers(findings));
        return text.append(judges(findings))
                .append(made(findings, folder))
                .append(missing(findings))
                .toString();
    }

    /** All else that was found, and how. */
    static String details(StudyFindings findings) {
        StringBuilder text = new StringBuilder();
        text.append("# ")
                .append(findings.title())
                .append(": what else was found\n\n[The answers, and how to read them](../../evidence.md)\n\n");
        append(text, StudyTable.details(findings));
        return text.toString();
    }

    private static void append(StringBuilder text, List<StudyTable> tables) {
        tables.forEach(table -> text.append(table.markdown()).append('\n'));
    }

    private static String judges(StudyFindings findings) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < findings.floors().size(); i++) {
            RunResult.Measure floor = findings.floors().get(i);
            text.append("Features")
                    .append(i == 0 ? "" : " (" + (i + 1) + ", in the folder)")
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
        findings.unlike()
                .forEach(unlike -> text.append("**Not all runs were judged by the same ")
                        .append(unlike)
                        .append(".**\n"));
        return text.toString();
    }

    private static String made(StudyFindings findings, String folder) {
        return "Made on " + findings.machines() + ", by " + findings.commands() + " on " + findings.dates() + "; "
                + findings.runs().size() + " runs"
                + (findings.uncommitted() == 0
                        ? ""
                        : " (" + findings.uncommitted() + " from code with uncommitted changes)")
                + ", each in [" + folder + "](" + folder
                + "/README.md), with multipliers, classes, nearness to the training images, and times.\n";
    }

    private static String missing(StudyFindings findings) {
        return findings.missing().isEmpty()
                ? ""
                : findings.missing().entrySet().stream()
                        .map(run -> run.getKey() + " (" + run.getValue() + ")")
                        .collect(Collectors.joining("; ", "Without a result: ", ".\n"));
    }
}
