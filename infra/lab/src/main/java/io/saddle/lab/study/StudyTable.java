package io.saddle.lab.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table of a study's findings, for a page, a terminal or a document.
 *
 * @param title above it
 * @param header of its columns, the first one's empty
 * @param rows as many cells as the header has
 */
record StudyTable(String title, List<String> header, List<List<String>> rows) {

    /** All tables of a study, those without a row left out. */
    static List<StudyTable> of(StudyFindings findings) {
        List<StudyTable> tables = new ArrayList<>(answers(findings));
        tables.addAll(details(findings));
        return tables;
    }

    /** What answers the study's question: figures, differences, the guarantee. */
    static List<StudyTable> answers(StudyFindings findings) {
        return filled(
                variants(findings, "Mean over seeds ± half of the 95 % interval", Figure.Group.QUALITY),
                differences(findings),
                variants(
                        findings,
                        "Losses on held-out images, of the best judged model (its average of the weights)",
                        Figure.Group.LOSSES),
                guarantee(findings));
    }

    /** What a reader looks up. */
    static List<StudyTable> details(StudyFindings findings) {
        return filled(
                variants(findings, "By the other networks' features", Figure.Group.OTHER_NETWORKS),
                variants(findings, "Multipliers", Figure.Group.MULTIPLIERS),
                variants(findings, "Shares of the classes", Figure.Group.SHARES),
                variants(findings, "Nearness to the training images of the rare classes", Figure.Group.MEMORISATION),
                variants(findings, "Time of a run", Figure.Group.TIME));
    }

    private static List<StudyTable> filled(StudyTable... tables) {
        return Stream.of(tables)
                .filter(table -> !table.rows().isEmpty() && table.header().size() > 1)
                .toList();
    }

    private static StudyTable variants(StudyFindings findings, String title, Figure.Group group) {
        List<Figure> figures = findings.shown(group);
        List<List<String>> rows = new ArrayList<>();
        for (StudyFindings.OfVariant variant : findings.variants()) {
            List<String> row = new ArrayList<>(
                    List.of(variant.title() + " (" + seeds(variant.seeds().size()) + ")"));
            figures.forEach(figure -> row.add(text(figure, variant)));
            rows.add(row);
        }
        return new StudyTable(title, header(figures), rows);
    }

    /** Says of how many seeds it is where not all have a number. */
    private static String text(Figure figure, StudyFindings.OfVariant variant) {
        Interval interval = variant.figures().get(figure.name());
        return interval == null || interval.count() == variant.seeds().size()
                ? figure.text(interval)
                : figure.text(interval) + " (" + seeds(interval.count()) + ")";
    }

    private static String seeds(int count) {
        return count == 1 ? "1 seed" : count + " seeds";
    }

    private static StudyTable differences(StudyFindings findings) {
        List<Figure> figures = new ArrayList<>(findings.shown(Figure.Group.QUALITY));
        findings.shown(Figure.Group.TIME).stream().limit(1).forEach(figures::add);
        Map<String, String> titles = findings.variants().stream()
                .collect(Collectors.toMap(StudyFindings.OfVariant::name, StudyFindings.OfVariant::title));
        List<List<String>> rows = new ArrayList<>();
        for (StudyFindings.Difference difference : findings.differences()) {
            List<String> row = new ArrayList<>(
                    List.of(titles.get(difference.variant()) + " − " + titles.get(difference.against())));
            for (Figure figure : figures) {
                Interval interval = difference.figures().get(figure.name());
                String text = figure.difference(interval);
                row.add(interval != null && interval.excludesZero() ? "**" + text + "**" : text);
            }
            rows.add(row);
        }
        return new StudyTable(
                "Differences, seed by seed (bold: the 95 % interval does not hold 0)", header(figures), rows);
    }

    private static StudyTable guarantee(StudyFindings findings) {
        List<Figure> byBound = findings.shown(Figure.Group.BY_BOUND);
        List<String> header = new ArrayList<>(header(byBound));
        header.addAll(List.of(
                "all within " + Figure.Unit.WHOLE.text(100 * RunResult.Requirement.MET_WITHIN) + " %",
                "95 % interval (Wilson)",
                "all as stated",
                "best model after steps"));
        List<List<String>> rows = new ArrayList<>();
        for (StudyFindings.OfVariant variant : findings.variants()) {
            StudyFindings.Guarantee guarantee = variant.guarantee();
            if (guarantee != null) {
                Interval held = guarantee.held();
                List<String> row = new ArrayList<>(List.of(variant.title()));
                byBound.forEach(figure -> row.add(text(figure, variant)));
                row.add(Math.round(held.value() * held.count()) + " of " + seeds(held.count()));
                row.add(Figure.Unit.PERCENT.text(held.low()) + " to " + Figure.Unit.PERCENT.text(held.high()) + " %");
                row.add(Integer.toString(guarantee.exactly()));
                row.add(guarantee.bestSteps().stream().map(String::valueOf).collect(Collectors.joining(", ")));
                rows.add(row);
            }
        }
        return new StudyTable(
                "The guarantee at the best judged model: loss by bound, on held-out images where there are any",
                header,
                rows);
    }

    private static List<String> header(List<Figure> figures) {
        List<String> header = new ArrayList<>(List.of(""));
        figures.forEach(figure -> header.add(figure.name()));
        return header;
    }

    /** In Markdown, with its title. */
    String markdown() {
        StringBuilder text = new StringBuilder(title).append(":\n\n");
        text.append(line(header));
        text.append("|---|").append("---:|".repeat(header.size() - 1)).append('\n');
        rows.forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private static String line(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** For a terminal, in columns. */
    String text() {
        List<List<String>> all = new ArrayList<>(List.of(header));
        all.addAll(rows);
        StringBuilder text = new StringBuilder(String.format("%n%s%n", title));
        for (List<String> row : all) {
            text.append("  ");
            for (int column = 0; column < row.size(); column++) {
                int place = column;
                int width = all.stream()
                        .mapToInt(other -> plain(other.get(place)).length())
                        .max()
                        .orElse(0);
                text.append(
                        String.format((column == 0 ? "%-" : "  %") + Math.max(1, width) + "s", plain(row.get(column))));
            }
            text.append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String plain(String cell) {
        return cell.replace("**", "");
    }

    /** Cells of a page: bold ones are told apart there. */
    public record Cell(String text, boolean bold) {}

    /** For a page. */
    List<List<Cell>> cells() {
        return rows.stream()
                .map(row -> row.stream()
                        .map(cell -> new Cell(plain(cell), cell.startsWith("**")))
                        .toList())
                .toList();
    }
}
