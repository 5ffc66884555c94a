package io.saddle.console.history;

import io.saddle.schema.ArtifactRemoval;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The changes that a revision of a run's metadata makes, in words. Pure. */
final class LifecycleChange {

    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private LifecycleChange() {}

    /**
     * What is new, but for removals.
     *
     * @param before null for the first revision that is known: what went before it is compacted
     */
    static List<String> inWords(RunMetadata before, RunMetadata now) {
        List<String> words = new ArrayList<>();
        RunLifecycle was = before == null ? RunLifecycle.ACTIVE : before.getLifecycle();
        if (now.getLifecycle() != was) {
            words.add(
                    switch (now.getLifecycle()) {
                        case ACTIVE -> "taken back from the archive";
                        case ARCHIVED -> "archived";
                        case DELETING ->
                            "its artifacts are to be deleted" + (now.getWithHistory() ? ", with its history" : "");
                        case DELETED -> "its artifacts are deleted";
                        case UNKNOWN -> "its lifecycle is one that this release does not know";
                    });
        }
        boolean onlyLabels = now.getRevision() == 1
                && now.getLifecycle() == RunLifecycle.ACTIVE
                && now.getRemovals().isEmpty();
        if (before == null && onlyLabels) {
            String all = labels(Map.of(), now.getLabels());
            words.add(all.isEmpty() ? "its labels are taken away" : "its labels are " + all);
        } else if (before != null && !before.getLabels().equals(now.getLabels()) && now.getLifecycle() == was) {
            words.add("labels: " + labels(before.getLabels(), now.getLabels()));
        }
        return words;
    }

    /** A removal of artifacts; of one that is under way what it takes. */
    static String inWords(RunMetadata now, ArtifactRemoval removal) {
        return (now.getLifecycle() == RunLifecycle.DELETING ? "going: " : "removed: ") + removal.getWhat() + ", "
                + bytes(removal.getBytes()) + " in " + removal.getObjects()
                + (removal.getObjects() == 1 ? " file" : " files");
    }

    private static String labels(Map<String, String> before, Map<String, String> now) {
        List<String> changes = new ArrayList<>();
        new TreeMap<>(now).forEach((key, value) -> {
            if (!value.equals(before.get(key))) {
                changes.add(key + "=" + value);
            }
        });
        new TreeMap<>(before)
                .keySet().stream()
                        .filter(key -> !now.containsKey(key))
                        .forEach(key -> changes.add(key + " taken away"));
        return String.join(", ", changes);
    }

    /** Three digits of a decimal unit. */
    private static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " bytes";
        }
        double amount = bytes;
        int unit = -1;
        while (amount >= 999.5 && unit < UNITS.length - 1) {
            amount /= 1000;
            unit++;
        }
        String form = amount < 9.995 ? "%.2f %s" : amount < 99.95 ? "%.1f %s" : "%.0f %s";
        return String.format(Locale.ROOT, form, amount, UNITS[unit]);
    }
}
