package io.saddle.console;

import io.saddle.schema.TrainingRun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The runs that descend from the same one as a given run, by the models that they have started from. Pure. */
final class Lineage {

    private final List<TrainingRun> all;
    private final Map<String, TrainingRun> byId = new HashMap<>();
    private final Function<TrainingRun, Optional<String>> startedFrom;

    /** @param startedFrom the run whose model a run has started from; empty where it is another one's or random */
    Lineage(List<TrainingRun> all, Function<TrainingRun, Optional<String>> startedFrom) {
        this.all = all;
        all.forEach(run -> byId.put(run.getRunId(), run));
        this.startedFrom = startedFrom;
    }

    /** The run's relatives, itself among them, in the order given; it alone where it has none. */
    List<TrainingRun> of(TrainingRun run) {
        String root = root(run).getRunId();
        return all.stream().filter(one -> root(one).getRunId().equals(root)).toList();
    }

    private TrainingRun root(TrainingRun run) {
        TrainingRun found = run;
        for (Optional<TrainingRun> next = parent(found); next.isPresent(); next = parent(found)) {
            found = next.get();
        }
        return found;
    }

    /** Whose model it was is older: no circle, whatever stands on the topic. */
    private Optional<TrainingRun> parent(TrainingRun run) {
        return startedFrom
                .apply(run)
                .map(byId::get)
                .filter(parent -> parent.getSubmittedAt().isBefore(run.getSubmittedAt()));
    }
}
