package io.saddle.cli.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.Latents;
import io.saddle.model.data.StoredDataSets;
import io.saddle.model.data.StoredDataSets.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a version of a data set holds, for a person and for a program. */
final class DataSetText {

    private static final int MOST_SHOWN = 12;

    private DataSetText() {}

    static ObjectNode json(Version version) {
        DataSetManifest manifest = version.manifest();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", version.name());
        json.put("version", version.number());
        json.put("images", manifest.images());
        ArrayNode shape = json.putArray("shape");
        shape.add(manifest.channels()).add(manifest.height()).add(manifest.width());
        json.put("element", manifest.element().name().toLowerCase(Locale.ROOT));
        if (manifest.latents() != null) {
            json.set("latents", latents(manifest.latents()));
        }
        ArrayNode skipped = json.putArray("skipped");
        manifest.skipped()
                .forEach(picture ->
                        skipped.addObject().put("file", picture.file()).put("reason", picture.reason()));
        ObjectNode columns = json.putObject("columns");
        for (Column column : manifest.columns()) {
            ObjectNode values = columns.putObject(column.name());
            column.values().forEach(value -> values.put(value.value(), value.count()));
        }
        json.put("sha256", manifest.sha256());
        json.put("source", manifest.origin().address());
        json.put("layout", manifest.origin().layout());
        json.put("fit", manifest.origin().fit());
        json.put("importedAt", manifest.importedAt().toString());
        ArrayNode notes = json.putArray("notes");
        manifest.notes().forEach(notes::add);
        return json;
    }

    private static ObjectNode latents(Latents latents) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("dataSet", latents.dataSet());
        json.put("dataSetSha256", latents.dataSetSha256());
        json.put("autoencoder", latents.autoencoder());
        ObjectNode files = json.putObject("files");
        latents.files().forEach(file -> files.put(file.file(), file.sha256()));
        json.put("reduction", latents.reduction());
        json.put("scalingFactor", latents.scalingFactor());
        json.put("shiftFactor", latents.shiftFactor());
        json.put("mean", latents.mean());
        json.put("std", latents.std());
        return json;
    }

    /** For a script or a person. */
    static void show(Version version, StoredDataSets sets, boolean json, PrintWriter out) throws IOException {
        if (json) {
            out.println(json(version).toPrettyString());
        } else {
            print(version, sets.preview(version), out);
        }
    }

    private static void print(Version version, Optional<Path> preview, PrintWriter out) {
        DataSetManifest manifest = version.manifest();
        out.printf(
                Locale.ROOT,
                "%s, version %d: %d images, %s%n",
                version.name(),
                version.number(),
                manifest.images(),
                shape(manifest));
        out.printf(
                "  from %s (%s; %s)%n",
                manifest.origin().address(),
                manifest.origin().layout(),
                manifest.origin().fit());
        if (manifest.latents() != null) {
            out.printf(
                    Locale.ROOT,
                    "  latents as %s: mean %.4f, standard deviation %.4f (scaling factor %s, shift %s)%n",
                    manifest.element().name().toLowerCase(Locale.ROOT),
                    manifest.latents().mean(),
                    manifest.latents().std(),
                    manifest.latents().scalingFactor(),
                    manifest.latents().shiftFactor());
            manifest.latents().files().forEach(file -> out.println("  " + file.file() + ": sha256 " + file.sha256()));
        }
        manifest.columns().forEach(column -> out.println("  " + line(column)));
        if (!manifest.skipped().isEmpty()) {
            out.printf(
                    Locale.ROOT,
                    "  left out because they cannot be read: %d%n",
                    manifest.skipped().size());
            manifest.skipped().stream()
                    .limit(MOST_SHOWN)
                    .forEach(picture -> out.println("    " + picture.file() + ": " + picture.reason()));
        }
        manifest.notes().forEach(note -> out.println("  note: " + note));
        preview.ifPresent(picture -> out.println("  a few of them: " + picture));
        out.println("  sha256 of the " + (manifest.isOfPixels() ? "pixels: " : "latents: ") + manifest.sha256());
    }

    static String shape(DataSetManifest manifest) {
        return manifest.channels() + "x" + manifest.height() + "x" + manifest.width();
    }

    private static String line(Column column) {
        String missing = column.missing() == 0 ? "" : ", " + column.missing() + " without";
        if (column.kind() == Column.Kind.MEASURES) {
            return String.format(Locale.ROOT, "%s: %s to %s%s", column.name(), column.least(), column.most(), missing);
        }
        String values = column.values().stream()
                .limit(MOST_SHOWN)
                .map(value -> value.value() + " (" + value.count() + ")")
                .collect(Collectors.joining(", "));
        int more = column.values().size() - MOST_SHOWN;
        return column.name() + ": " + values + (more > 0 ? " and " + more + " more" : "") + missing;
    }
}
