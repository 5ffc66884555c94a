package io.saddle.stack;

import io.saddle.stack.ProcessStatus.Condition;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** STOPPED where nobody is to watch over the stack, DIED where nobody does any more. */
    ProcessStatus status() {
        return state.entry(NAME)
                .map(entry -> new ProcessStatus(
                        NAME, runs() ? Condition.READY : Condition.DIED, entry.pid(), 0, entry.log(), Optional.empty()))
                .orElse(new ProcessStatus(NAME, Condition.STOPPED, -1, 0, null, Optional.empty()));
    }

    /** Ends it, if there is one. */
    void end() {
        state.process(NAME).ifPresent(ChildProcess::kill);
        state.remove(NAME);
    }
}
