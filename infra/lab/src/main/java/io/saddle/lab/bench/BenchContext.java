package io.saddle.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.stack.Distribution;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.LogFile;
import io.saddle.stack.ServiceJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The surroundings that benches start their workers with.
 *
 * @param distribution the project, for its Python peers in {@code infra/lab/peers}
 * @param settings heap sizes and folders of the services that workers stand for
 * @param python where peers run
 */
public record BenchContext(Distribution distribution, LocalSettings settings, PythonPeer python) {

    private static final String PEERS = "infra/lab/peers";

    /**
     * A worker of ours in a JVM as a service has it.
     *
     * @param service whose flags it gets, for example {@code primal-trainer}
     * @param main a class whose {@code main} calls {@link WorkerLoop#serve}
     */
    public Worker java(String name, String service, Class<?> main, JsonNode configuration) {
        return Worker.start(name, ServiceJvm.command(settings, service, main), Map.of(), log(name), configuration);
    }

    /**
     * A peer's worker.
     *
     * @param script in {@code infra/lab/peers}, calls {@code protocol.serve}
     * @param environment for example the settings of its allocator
     */
    public Worker python(
            String name, Path python, String script, Map<String, String> environment, JsonNode configuration) {
        Path file = distribution.root().resolve(PEERS).resolve(script);
        List<String> command = List.of(python.toString(), "-u", "-B", file.toString());
        return Worker.start(name, command, environment, log(name), configuration);
    }

    /** A folder for files that workers share. */
    public Path folder(String bench) {
        return settings.home().data("bench").resolve(bench);
    }

    private LogFile log(String name) {
        String file = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return new LogFile(settings.home().log("bench-" + file));
    }
}
