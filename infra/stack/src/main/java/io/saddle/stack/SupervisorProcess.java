package io.saddle.stack;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The process beside a stack's own that watches over them, at most one; see {@link Supervision}. */
final class SupervisorProcess {

    private static final String NAME = "supervisor";

    private final Distribution distribution;
    private final Home home;
    private final StackState state;

    SupervisorProcess(Distribution distribution, Home home, StackState state) {
        this.distribution = distribution;
        this.home = home;
        this.state = state;
    }

    void start(List<String> command) {
        LogFile log = new LogFile(home.log(NAME));
        ChildProcess process = ChildProcess.launch(JavaCommand.detached(command), distribution.root(), log, Map.of());
        state.put(StackState.Entry.of(NAME, process, 0, log));
        try {
            log.begin();
        } catch (IOException e) {
            throw new StackException("the log of the supervisor cannot be begun: " + e.getMessage(), e);
        }
    }

    boolean runs() {
        return state.process(NAME).isPresent();
    }

    /** Ends it, if there is one. */
    void end() {
        state.process(NAME).ifPresent(ChildProcess::kill);
        state.remove(NAME);
    }
}
