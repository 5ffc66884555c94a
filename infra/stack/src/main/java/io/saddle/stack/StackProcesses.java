package io.saddle.stack;

import io.saddle.stack.ProcessStatus.Condition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processes that a stack is made of, and how each of them is. */
final class StackProcesses {

    private final LocalSettings settings;
    private final StackState state;
    private final List<StackProcess> infrastructure;
    private final List<StackProcess> services;

    StackProcesses(Distribution distribution, LocalSettings settings, StackState state) {
        this.settings = settings;
        this.state = state;
        this.infrastructure =
                List.of(new KafkaBroker(distribution, settings), new SchemaRegistry(distribution, settings));
        this.services = Service.all(distribution, settings);
    }

    /** Broker and registry, in the order of their start. */
    List<StackProcess> infrastructure() {
        return infrastructure;
    }

    List<StackProcess> services() {
        return services;
    }

    /** All, in the order of their start. */
    List<StackProcess> all() {
        return Stream.concat(infrastructure.stream(), services.stream()).toList();
    }

    /** Names of all, in the order of their start. */
    List<String> names() {
        return all().stream().map(StackProcess::name).toList();
    }

    /**
     * Some of them, in the order of their start.
     *
     * @throws IllegalArgumentException if there is none of one of these names
     */
    List<StackProcess> named(Collection<String> names) {
        List<String> unknown =
                names.stream().filter(name -> !names().contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "no process " + String.join(", ", unknown) + "; there are " + String.join(", ", names()));
        }
        return all().stream().filter(process -> names.contains(process.name())).toList();
    }

    boolean runs(StackProcess process) {
        return state.process(process.name()).isPresent();
    }

    /** Names of those that were started and have ended without being asked to. */
    List<String> dead() {
        Map<String, StackState.Entry> started = started();
        return names().stream()
                .filter(name ->
                        started.containsKey(name) && started.get(name).process().isEmpty())
                .toList();
    }

    /** True if any was started and not ended, whether it runs or not. */
    boolean areUp() {
        return names().stream().anyMatch(started()::containsKey);
    }

    /** Read once for all, for it is a file. */
    private Map<String, StackState.Entry> started() {
        return state.entries().stream().collect(Collectors.toMap(StackState.Entry::name, Function.identity()));
    }

    /** The state of each; asks each running one whether it is ready. */
    List<ProcessStatus> status() {
        return all().stream().map(this::status).toList();
    }

    private ProcessStatus status(StackProcess process) {
        Optional<StackState.Entry> started = state.entry(process.name());
        if (started.isEmpty()) {
            int port = settings.number(process.ports().get(0));
            return new ProcessStatus(process.name(), Condition.STOPPED, -1, port, null, Optional.empty());
        }
        StackState.Entry entry = started.get();
        return new ProcessStatus(
                process.name(), condition(process, entry), entry.pid(), entry.port(), entry.log(), firstLog(entry));
    }

    private static Optional<String> firstLog(StackState.Entry entry) {
        return Optional.of(entry.logFile().first())
                .filter(first -> !entry.hasServed() && Files.exists(first))
                .map(Path::toString);
    }

    private static Condition condition(StackProcess process, StackState.Entry entry) {
        if (entry.process().isEmpty()) {
            return Condition.DIED;
        }
        return process.ready() ? Condition.READY : Condition.NOT_READY;
    }
}
