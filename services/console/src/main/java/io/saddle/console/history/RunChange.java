package io.saddle.console.history;

import io.saddle.schema.DesiredState;
import io.saddle.schema.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The changes that a revision of a run makes, in words. Pure. */
final class RunChange {

    private RunChange() {}

    /** @param before null for the first revision that is known: what went before it is compacted */
    static List<String> inWords(TrainingRun before, TrainingRun now) {
        if (before == null) {
            return now.getRevision() == 1
                    ? List.of()
                    : List.of(now.getDesiredState() == DesiredState.RUNNING ? "changed for the last time" : asked(now));
        }
        List<String> words = new ArrayList<>();
        if (before.getDesiredState() != now.getDesiredState()) {
            words.add(asked(now));
        }
        if (before.getPriority() != now.getPriority()) {
            words.add("priority is " + now.getPriority() + ", was " + before.getPriority());
        }
        if (!before.getSpec().equals(now.getSpec())) {
            words.add("dual settings changed");
        }
        return words;
    }

    private static String asked(TrainingRun run) {
        return "asked to be " + run.getDesiredState().name().toLowerCase(Locale.ROOT);
    }
}
