package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sides that did the same work.
 *
 * @param title what they did
 * @param unit of every figure, for example {@code ms/step}
 * @param sides the rows
 * @param ratios between rows
 * @param facts figures of another shape, for the result file
 * @param notes sentences below the table
 */
public record Comparison(
        String title, String unit, List<Side> sides, List<Ratio> ratios, ObjectNode facts, List<String> notes) {

    public Comparison {
        sides = List.copyOf(sides);
        ratios = List.copyOf(ratios);
        notes = List.copyOf(notes);
    }

    public static Comparison of(String title, String unit, List<? extends Side> sides) {
        return new Comparison(title, unit, List.copyOf(sides), List.of(), Json.object(), List.of());
    }

    /** With the ratio of two sides; unchanged where one of them is missing. */
    public Comparison withRatio(String numerator, String denominator, Goal goal) {
        Optional<Side.Measured> above = measured(numerator);
        Optional<Side.Measured> below = measured(denominator);
        if (above.isEmpty() || below.isEmpty()) {
            return this;
        }
        List<Ratio> more = new ArrayList<>(ratios);
        more.add(Ratio.of(above.get(), below.get(), Optional.ofNullable(goal)));
        return new Comparison(title, unit, sides, more, facts, notes);
    }

    public Comparison withNote(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new Comparison(title, unit, sides, ratios, facts, more);
    }

    public Comparison withFacts(ObjectNode more) {
        ObjectNode all = facts.deepCopy();
        all.setAll(more);
        return new Comparison(title, unit, sides, ratios, all, notes);
    }

    /** The side of this name, if it was measured. */
    public Optional<Side.Measured> measured(String name) {
        return sides.stream()
                .filter(side -> side.name().equals(name))
                .filter(Side.Measured.class::isInstance)
                .map(Side.Measured.class::cast)
                .findFirst();
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("title", title).put("unit", unit);
        ArrayNode rows = json.putArray("sides");
        sides.forEach(side -> rows.add(side.toJson()));
        ArrayNode quotients = json.putArray("ratios");
        ratios.forEach(ratio -> quotients.add(ratio.toJson()));
        json.set("facts", facts);
        ArrayNode sentences = json.putArray("notes");
        notes.forEach(sentences::add);
        return json;
    }
}
