package io.saddle.cli.fid;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** A distance with all that it must be read with. */
record FidReport(FidSource a, FidSource b, double fid) {

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "FID %.6f%n", fid));
        text.append(line("A", a)).append(line("B", b));
        notes().forEach(note -> text.append("  note: ").append(note).append(System.lineSeparator()));
        return text.toString();
    }

    String json() {
        ObjectNode result = new ObjectMapper().createObjectNode();
        result.put("fid", fid);
        result.put("dimensions", a.gaussian().dimensions());
        result.set("a", side(a));
        result.set("b", side(b));
        ArrayNode sentences = result.putArray("notes");
        notes().forEach(sentences::add);
        return result.toPrettyString() + System.lineSeparator();
    }

    /** The reasons that make the number less comparable than it looks. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        OptionalLong left = a.gaussian().samples();
        OptionalLong right = b.gaussian().samples();
        if (left.isEmpty() || right.isEmpty()) {
            notes.add("N is not written in every file: compare FID values only at equal N");
        } else if (left.getAsLong() != right.getAsLong()) {
            notes.add("N differs (" + left.getAsLong() + " and " + right.getAsLong()
                    + "): FID falls as N grows; compare values only at equal N");
        }
        for (FidSource side : List.of(a, b)) {
            if (side.gaussian().hasFewerSamplesThanDimensions()) {
                notes.add("biased: " + side.source() + " has fewer samples ("
                        + side.gaussian().samples().getAsLong() + ") than dimensions ("
                        + side.gaussian().dimensions() + ")");
            }
        }
        if (!a.features().equals(b.features())) {
            notes.add(
                    "the two sides do not name the same feature extractor: the distance means something only if it is");
        }
        return notes;
    }

    private static String line(String name, FidSource side) {
        return String.format(
                Locale.ROOT,
                "  %s  %s: %s, %d dimensions, features: %s%n",
                name,
                side.source(),
                side.size(),
                side.gaussian().dimensions(),
                side.features());
    }

    private static ObjectNode side(FidSource side) {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("source", side.source());
        OptionalLong samples = side.gaussian().samples();
        json.put("images", samples.isPresent() ? (Long) samples.getAsLong() : null);
        json.put("features", side.features());
        return json;
    }
}
