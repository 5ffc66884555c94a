package io.saddle.cli.doctor;

import io.saddle.stack.ProcessStatus;
import io.saddle.stack.ProcessStatus.Condition;
import java.util.List;
import java.util.stream.Collectors;

/** The processes of the local stack. */
final class StackChecks {

    private static final String NAME = "processes";

    private StackChecks() {}

    static Finding of(List<ProcessStatus> all, ProcessStatus supervisor) {
        List<ProcessStatus> started = all.stream()
                .filter(status -> status.condition() != Condition.STOPPED)
                .toList();
        if (started.isEmpty()) {
            return Finding.skipped(NAME, "the local stack does not run: './saddle up' starts it");
        }
        List<ProcessStatus> bad = started.stream()
                .filter(status -> status.condition() != Condition.READY)
                .toList();
        if (!bad.isEmpty()) {
            return Finding.failed(
                    NAME,
                    bad.stream()
                            .map(status -> status.name()
                                    + (status.condition() == Condition.DIED ? " has ended" : " is not ready"))
                            .collect(Collectors.joining("; ")),
                    "see " + bad.stream().map(ProcessStatus::logs).collect(Collectors.joining(", "))
                            + "; './saddle up' starts what does not run");
        }
        if (supervisor.condition() == Condition.DIED) {
            return Finding.warning(
                    NAME,
                    "ready, but the supervisor has ended: nobody starts again what ends from now on",
                    "see " + supervisor.logs() + "; './saddle up' starts it again");
        }
        return started.size() == all.size()
                ? Finding.ok(NAME, all.size() + " ready")
                : Finding.warning(
                        NAME,
                        "ready, but not started: "
                                + all.stream()
                                        .filter(status -> !started.contains(status))
                                        .map(ProcessStatus::name)
                                        .collect(Collectors.joining(", ")),
                        "'./saddle up' starts the rest");
    }
}
