package io.saddle.cli.fid;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.diffusion.evaluation.FeatureDistances;
import io.saddle.diffusion.evaluation.FeatureReference;
import io.saddle.diffusion.evaluation.FeatureRows;
import io.saddle.diffusion.evaluation.FrechetAtInfinity;
import io.saddle.diffusion.evaluation.SampleDistances;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A distance with all that it must be read with.
 *
 * @param distances of A from B
 */
record FidReport(FidSource a, FidSource b, SampleDistances distances) {

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%s %.6f%n", name(), distances.frechet()));
        atInfinity().ifPresent(found -> text.append(text(found)));
        others().ifPresent(found -> text.append(text(found)));
        text.append(line("A", a)).append(line("B", b));
        notes().forEach(note -> text.append("  note: ").append(note).append(System.lineSeparator()));
        return text.toString();
    }

    String json() {
        ObjectNode result = new ObjectMapper().createObjectNode();
        result.put("name", name());
        result.put("fid", distances.frechet());
        atInfinity()
                .ifPresent(found -> result.putObject("infinity")
                        .put("value", found.value())
                        .put("fewest", found.fewest())
                        .put("most", found.most()));
        others().ifPresent(found -> put(found, result));
        result.put("dimensions", a.gaussian().dimensions());
        result.set("a", side(a));
        result.set("b", side(b));
        ArrayNode sentences = result.putArray("notes");
        notes().forEach(sentences::add);
        return result.toPrettyString() + System.lineSeparator();
    }

    private Optional<FrechetAtInfinity> atInfinity() {
        return Optional.ofNullable(distances.infinity());
    }

    /** Empty where a side has its statistics alone. */
    private Optional<SampleDistances.OfRows> others() {
        return Optional.ofNullable(distances.samples());
    }

    private String name() {
        boolean named = !a.metric().equals("FID") && !a.features().equals(FidSource.NOT_NAMED);
        return named ? a.metric() + ", " + a.features() : a.metric();
    }

    private static String text(FrechetAtInfinity found) {
        return String.format(
                Locale.ROOT,
                "  at infinite N %.6f (a line in 1/N through N = %d to %d of A)%n",
                found.value(),
                found.fewest(),
                found.most());
    }

    private static String text(SampleDistances.OfRows found) {
        StringBuilder text = new StringBuilder("  KID ").append(text(found.kernel()));
        text.append(System.lineSeparator());
        FeatureDistances.Manifold manifold = found.manifold();
        if (manifold != null) {
            text.append(String.format(
                    Locale.ROOT,
                    "  precision %.3f, recall %.3f, density %.3f, coverage %.3f (%d neighbours)%n",
                    manifold.precision(),
                    manifold.recall(),
                    manifold.density(),
                    manifold.coverage(),
                    SampleDistances.NEIGHBOURS));
        }
        FeatureReference.Floor floor = found.floor();
        if (floor != null) {
            text.append(String.format(
                    Locale.ROOT,
                    "  floor: %.6f, KID %s (two halves of B, N = %d each)%n",
                    floor.frechet(),
                    text(floor.kernel()),
                    floor.images()));
        }
        return text.toString();
    }

    private static String text(FeatureDistances.Kernel kernel) {
        return Double.isNaN(kernel.standardError())
                ? String.format(Locale.ROOT, "%.6f", kernel.value())
                : String.format(Locale.ROOT, "%.6f (standard error %.6f)", kernel.value(), kernel.standardError());
    }

    private void put(SampleDistances.OfRows found, ObjectNode result) {
        put(result.putObject("kid"), found.kernel())
                .putArray("rows")
                .add(found.rows())
                .add(found.referenceRows());
        FeatureDistances.Manifold manifold = found.manifold();
        if (manifold != null) {
            result.putObject("manifold")
                    .put("neighbours", SampleDistances.NEIGHBOURS)
                    .put("precision", manifold.precision())
                    .put("recall", manifold.recall())
                    .put("density", manifold.density())
                    .put("coverage", manifold.coverage());
        }
        FeatureReference.Floor floor = found.floor();
        if (floor != null) {
            ObjectNode json =
                    result.putObject("floor").put("images", floor.images()).put("fid", floor.frechet());
            put(json.putObject("kid"), floor.kernel());
        }
    }

    private static ObjectNode put(ObjectNode json, FeatureDistances.Kernel kernel) {
        json.put("value", kernel.value());
        return Double.isNaN(kernel.standardError()) ? json : json.put("standardError", kernel.standardError());
    }

    /** The reasons that make the number less comparable than it looks. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        OptionalLong left = a.gaussian().samples();
        OptionalLong right = b.gaussian().samples();
        if (left.isEmpty() || right.isEmpty()) {
            notes.add("N is not written in every file: compare values only at equal N");
        } else if (left.getAsLong() != right.getAsLong()) {
            notes.add("N differs (" + left.getAsLong() + " and " + right.getAsLong()
                    + "): the distance falls as N grows; compare values only at equal N");
        }
        for (FidSource side : List.of(a, b)) {
            if (side.gaussian().hasFewerSamplesThanDimensions()) {
                notes.add("biased: " + side.source() + " has fewer samples ("
                        + side.gaussian().samples().getAsLong() + ") than dimensions ("
                        + side.gaussian().dimensions() + ")");
            }
        }
        for (FidSource side : List.of(a, b)) {
            if (others().isPresent() && side.collected().count() > FeatureRows.MOST) {
                notes.add("KID, precision, recall, density, coverage and the floor take the first " + FeatureRows.MOST
                        + " of " + side.source());
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
