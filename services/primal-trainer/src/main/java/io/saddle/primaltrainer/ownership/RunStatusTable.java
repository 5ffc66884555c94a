package io.saddle.primaltrainer.ownership;

import io.saddle.schema.RunStatus;
import io.saddle.service.ProcessDeaths;
import jakarta.inject.Singleton;
import java.time.Instant;
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

    /** True if the run is to be taken up by no trainer yet. */
    public boolean isSetAside(String runId, Instant now) {
        return of(runId)
                .map(RunStatus::getNotBefore)
                .filter(until -> ProcessDeaths.isSetAside(until, now))
                .isPresent();
    }

    public Optional<RunStatus> of(String runId) {
        return Optional.ofNullable(statuses.get(runId));
    }
}
