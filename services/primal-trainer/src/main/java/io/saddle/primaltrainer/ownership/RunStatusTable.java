package io.saddle.primaltrainer.ownership;

import io.saddle.schema.RunStatus;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The newest status of each run. */
@Singleton
public final class RunStatusTable {

    private final Map<String, RunStatus> statuses = new ConcurrentHashMap<>();

    public void put(RunStatus status) {
        statuses.put(status.getRunId(), status);
    }

    public Optional<RunStatus> of(String runId) {
        return Optional.ofNullable(statuses.get(runId));
    }
}
