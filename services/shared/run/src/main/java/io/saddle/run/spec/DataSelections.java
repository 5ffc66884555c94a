package io.saddle.run.spec;

import io.saddle.schema.ClassShare;
import io.saddle.schema.DataSelection;
import java.util.List;

/** A specification's data as records carry it. */
public final class DataSelections {

    private DataSelections() {}

    /** The record of {@code data}, classes sorted by label. */
    public static DataSelection toAvro(RunSpec.Data data) {
        List<ClassShare> classes = data.classes().entrySet().stream()
                .map(entry -> new ClassShare(
                        entry.getKey(),
                        entry.getValue().count(),
                        entry.getValue().fraction()))
                .toList();
        return new DataSelection(data.images(), data.labels(), classes, data.otherClasses(), data.seed());
    }
}
