package io.saddle.run.spec;

import io.saddle.schema.ClassShare;
import io.saddle.schema.DataSelection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A specification's data as records carry it, and back. */
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

    /** The reverse of {@link #toAvro}; a record without classes is all of every class. */
    public static RunSpec.Data fromAvro(DataSelection selection) {
        Map<Integer, RunSpec.Share> classes = new TreeMap<>();
        for (ClassShare share : selection.getClasses()) {
            classes.put(share.getLabel(), new RunSpec.Share(share.getCount(), share.getFraction()));
        }
        return new RunSpec.Data(
                selection.getImages(),
                selection.getLabels(),
                classes,
                classes.isEmpty() || selection.getOtherClasses(),
                selection.getSeed());
    }
}
