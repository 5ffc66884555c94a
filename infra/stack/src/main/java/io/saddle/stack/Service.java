package io.saddle.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One of saddle's own services, a packaged Quarkus application that gets its addresses and folders as system properties. */
public final class Service implements StackProcess {

    public static final List<String> NAMES =
            List.of("dual-updater", "primal-trainer", "constraint-evaluator", "fid-evaluator", "console");

    private final String name;
    private final Setting port;
    private final Distribution distribution;
    private final LocalSettings settings;
    private final Http http;

    private Service(String name, Distribution distribution, LocalSettings settings, Http http) {
        this.name = name;
        this.port = Setting.named(name + ".port").orElseThrow();
        this.distribution = distribution;
        this.settings = settings;
        this.http = http;
    }

    /** Every service, in the order of their start. */
    static List<StackProcess> all(Distribution distribution, LocalSettings settings, Http http) {
        return NAMES.stream()
                .<StackProcess>map(name -> new Service(name, distribution, settings, http))
                .toList();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Setting> ports() {
        return List.of(port);
    }

    @Override
    public JavaCommand command() {
        Path data = folder(name);
        List<String> options = new ArrayList<>(ServiceJvm.options(settings, name));
        options.addAll(List.of(
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + settings.text(port),
                "-Dkafka.bootstrap.servers=" + settings.bootstrapServers(),
                "-Dsaddle.registry.url=" + settings.registryUrl(),
                "-Dsaddle.artifacts.root=" + settings.artifactsRoot(),
                "-Dsaddle.classifiers.dir=" + settings.classifiers(),
                "-Dsaddle.data.dir=" + data));
        // A file, since everybody can read a process's arguments.
        settings.security()
                .ifPresent(security -> options.add("-Dsmallrye.config.locations=" + security.userFile(name)));
        options.addAll(settings.javaOptions(name));
        return new JavaCommand(
                options, distribution.serviceClassPath(name), "io.quarkus.runner.GeneratedMain", List.of());
    }

    @Override
    public boolean ready() {
        return http.answers("http://127.0.0.1:" + settings.text(port) + "/q/health/ready");
    }

    private Path folder(String of) {
        Path folder = settings.home().data(of);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be created", e);
        }
    }
}
