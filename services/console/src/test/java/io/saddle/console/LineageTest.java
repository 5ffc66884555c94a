package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.DesiredState;
import io.saddle.schema.TrainingRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineageTest {

    private final List<TrainingRun> runs = new ArrayList<>();
    private final Map<String, String> parents = new HashMap<>();

    private TrainingRun run(String id, String parent) {
        Instant submitted = Instant.ofEpochSecond(runs.size());
        TrainingRun run = TrainingRun.newBuilder()
                .setRunId(id)
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setSpec("{}")
                .setSpecVersion(1)
                .setConstraintIds(List.of())
                .setSubmittedAt(submitted)
                .setUpdatedAt(submitted)
                .build();
        runs.add(run);
        if (parent != null) {
            parents.put(id, parent);
        }
        return run;
    }

    private List<String> relatives(TrainingRun run) {
        return new Lineage(runs, one -> Optional.ofNullable(parents.get(one.getRunId())))
                .of(run).stream().map(TrainingRun::getRunId).toList();
    }

    @Test
    void relativesAreThoseOfTheSameRootWhicheverIsAskedFor() {
        run("stranger", null);
        TrainingRun root = run("root", null);
        run("child", "root");
        run("strangers-child", "stranger");
        TrainingRun grandchild = run("grandchild", "child");
        TrainingRun sibling = run("sibling", "root");
        for (TrainingRun one : List.of(root, grandchild, sibling)) {
            assertEquals(List.of("root", "child", "grandchild", "sibling"), relatives(one), one.getRunId());
        }
    }

    @Test
    void aRunWithoutRelativesIsAloneAlsoWhereWhatItStartedFromIsGone() {
        TrainingRun orphan = run("orphan", "gone");
        assertEquals(List.of("orphan"), relatives(orphan));
    }

    @Test
    void whatCannotBeIsNoCircle() {
        TrainingRun first = run("first", "second");
        TrainingRun second = run("second", "first");
        TrainingRun self = run("self", "self");
        assertEquals(List.of("first", "second"), relatives(first));
        assertEquals(List.of("first", "second"), relatives(second));
        assertEquals(List.of("self"), relatives(self));
    }
}
