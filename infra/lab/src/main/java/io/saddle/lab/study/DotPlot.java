package io.saddle.lab.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Some figures of all variants as one SVG: a panel for each figure, four beside each other, a line for each variant, with a dot for each
 * seed, the mean and its 95 % interval.
 */
final class DotPlot {

    /** Wide enough for a letter of the names, in most fonts. */
    private static final int LETTER = 7;

    private static final int MARGIN = 14;
    private static final int PANEL = 210;
    /** More would be too small to read where a page is narrow. */
    private static final int ACROSS = 4;

    private static final int GAP = 26;
    private static final int ROW = 24;
    private static final int HEAD = 44;
    private static final int FOOT = 26;
    private static final String INK = "#1d2430";
    private static final String SOFT = "#5b6575";
    private static final String LINE = "#d9dfe7";
    private static final String MEAN = "#0f6fde";

    private final StringBuilder svg = new StringBuilder();
    private final int names;

    private DotPlot(StudyFindings findings) {
        names = 2 * MARGIN
                + LETTER
                        * findings.variants().stream()
                                .mapToInt(variant -> variant.title().length())
                                .max()
                                .orElse(0);
    }

    /** @return null if there is nothing to draw */
    static String of(StudyFindings findings) {
        List<Figure> figures = findings.shown(Figure.Group.QUALITY);
        return figures.isEmpty() ? null : new DotPlot(findings).draw(findings, figures);
    }

    private String draw(StudyFindings findings, List<Figure> figures) {
        int band = HEAD + findings.variants().size() * ROW + FOOT;
        int width = names + Math.min(ACROSS, figures.size()) * (PANEL + GAP);
        int height = (figures.size() + ACROSS - 1) / ACROSS * band;
        append(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' font-family='sans-serif'"
                        + " font-size='13' role='img' aria-label='%s'>%n",
                width, height, width, escaped(findings.title()));
        append("<rect width='%d' height='%d' fill='#ffffff'/>%n", width, height);
        for (int i = 0; i < figures.size(); i++) {
            int top = i / ACROSS * band;
            if (i % ACROSS == 0) {
                names(findings, top);
            }
            panel(findings, figures.get(i), names + i % ACROSS * (PANEL + GAP), top);
        }
        return svg.append("</svg>\n").toString();
    }

    private void names(StudyFindings findings, int top) {
        for (int row = 0; row < findings.variants().size(); row++) {
            append(
                    "<text x='%d' y='%d' text-anchor='end' fill='%s'>%s</text>%n",
                    names - MARGIN,
                    top + HEAD + row * ROW + ROW / 2 + 5,
                    INK,
                    escaped(findings.variants().get(row).title()));
        }
    }

    private void panel(StudyFindings findings, Figure figure, int left, int top) {
        List<StudyFindings.OfVariant> variants = findings.variants();
        double[] range = range(findings, figure);
        ToDoubleFunction<Double> x = value -> left + PANEL * (value - range[0]) / (range[1] - range[0]);
        int first = top + HEAD;
        int bottom = first + variants.size() * ROW;
        append(
                "<text x='%d' y='%d' fill='%s' font-weight='600'>%s</text>%n",
                left, top + 20, INK, escaped(figure.name()));
        append(
                "<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='%s'/>%n",
                left, first - 8, PANEL, bottom - first + 12, LINE);
        for (int end = 0; end < 2; end++) {
            append(
                    "<text x='%d' y='%d' text-anchor='%s' fill='%s' font-size='11'>%s%s</text>%n",
                    left + end * PANEL,
                    bottom + 20,
                    end == 0 ? "start" : "end",
                    SOFT,
                    figure.unit().text(range[end]),
                    figure.unit() == Figure.Unit.PERCENT ? " %" : "");
        }
        for (int row = 0; row < variants.size(); row++) {
            int y = first + row * ROW + ROW / 2;
            append("<line x1='%d' x2='%d' y1='%d' y2='%d' stroke='%s'/>%n", left, left + PANEL, y, y, LINE);
            for (double value : values(findings, variants.get(row), figure)) {
                append(
                        "<circle cx='%.1f' cy='%d' r='3' fill='%s' fill-opacity='0.45'/>%n",
                        x.applyAsDouble(value), y, SOFT);
            }
            Interval interval = variants.get(row).figures().get(figure.name());
            if (interval != null) {
                mean(interval, x, y);
            }
        }
    }

    private void mean(Interval interval, ToDoubleFunction<Double> x, int y) {
        if (interval.low() != null) {
            append(
                    "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='%s' stroke-width='2.5'/>%n",
                    x.applyAsDouble(interval.low()), x.applyAsDouble(interval.high()), y, y, MEAN);
        }
        append("<circle cx='%.1f' cy='%d' r='4.5' fill='%s'/>%n", x.applyAsDouble(interval.value()), y, MEAN);
    }

    /** From the least to the largest of what is drawn, with some room. */
    private static double[] range(StudyFindings findings, Figure figure) {
        List<Double> drawn = new ArrayList<>();
        for (StudyFindings.OfVariant variant : findings.variants()) {
            drawn.addAll(values(findings, variant, figure));
            Interval interval = variant.figures().get(figure.name());
            if (interval != null && interval.low() != null) {
                drawn.add(interval.low());
                drawn.add(interval.high());
            }
        }
        double low = drawn.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double high = drawn.stream().mapToDouble(Double::doubleValue).max().orElse(1);
        double room = high > low ? 0.06 * (high - low) : Math.max(1e-6, Math.abs(high) * 0.1);
        return new double[] {low - room, high + room};
    }

    private static List<Double> values(StudyFindings findings, StudyFindings.OfVariant variant, Figure figure) {
        return findings.runs().stream()
                .filter(run -> run.variant().equals(variant.name()))
                .map(figure.of())
                .filter(value -> value != null && Double.isFinite(value))
                .toList();
    }

    private void append(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;");
    }
}
