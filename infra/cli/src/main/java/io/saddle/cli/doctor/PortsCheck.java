package io.saddle.cli.doctor;

import io.saddle.stack.TakenPort;
import java.util.List;

/** The ports that {@code up} would listen on. */
final class PortsCheck {

    private static final String NAME = "ports";

    private PortsCheck() {}

    /** @param taken those that somebody else has */
    static Finding of(List<TakenPort> taken) {
        if (taken.isEmpty()) {
            return Finding.ok(NAME, "free, or the stack's own");
        }
        String what = Listed.of(taken.stream().map(TakenPort::what).toList());
        String remedy = taken.get(0).remedy() + (taken.size() == 1 ? "" : "; likewise the others");
        return taken.stream().anyMatch(TakenPort::isListenedTo)
                ? Finding.failed(NAME, what, remedy)
                : Finding.warning(NAME, what, remedy);
    }
}
