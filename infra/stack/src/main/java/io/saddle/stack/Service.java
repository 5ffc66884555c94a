package io.saddle.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One of saddle's own services, a packaged Quarkus application that gets its addresses and folders as system properties. */
public final class Service extends StackProcess {

    private static final String CONSOLE = "console";

    public static final List<String> NAMES =
            List.of("dual-updater", "primal-trainer", "constraint-evaluator", "fid-evaluator", CONSOLE);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private Service(String name, Distribution distribution, LocalSettings settings) {
        super(name, List.of(Setting.named(name + ".port").orElseThrow()), distribution, settings);
    }

    /** Every service, in the order of their start. */
    static List<StackProcess> all(Distribution distribution, LocalSettings settings) {
        return NAMES.stream()
                .<StackProcess>map(name -> new Service(name, distribution, settings))
                .toList();
    }

    @Override
    JavaCommand command() {
        List<String> options = new ArrayList<>(ServiceJvm.options(settings, name()));
        options.addAll(List.of(
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port(),
                "-Dkafka.bootstrap.servers=" + settings.bootstrapServers(),
                "-Dsaddle.registry.url=" + settings.registryUrl(),
                "-Dsaddle.artifacts.root=" + settings.artifactsRoot(),
                "-Dsaddle.classifiers.dir=" + settings.classifiers(),
                "-Dsaddle.data.dir=" + data()));
        if (name().equals(CONSOLE)) {
            for (Setting rule : List.of(Setting.RETENTION_ARCHIVED, Setting.RETENTION_ENDED)) {
                options.add("-Dsaddle." + rule.key() + "=" + settings.text(rule));
            }
        }
        // Files, since everybody can read a process's arguments.
        if (!files().isEmpty()) {
            options.add("-Dsmallrye.config.locations=" + String.join(",", files()));
        }
        options.addAll(settings.javaOptions(name()));
        return new JavaCommand(
                options, distribution.serviceClassPath(name()), "io.quarkus.runner.GeneratedMain", List.of());
    }

    /** The files by which it logs in and the console has people log in, and who the console tells of what happens. */
    private List<String> files() {
        List<Path> files = new ArrayList<>();
        settings.security().ifPresent(security -> files.add(security.userFile(name())));
        if (name().equals(CONSOLE)) {
            settings.security().ifPresent(security -> files.add(security.consoleFile()));
            Stream.of(settings.home().notifications()).filter(Files::exists).forEach(files::add);
        }
        return files.stream().map(Path::toString).toList();
    }

    @Override
    boolean ready() {
        HttpRequest get = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/q/health/ready"))
                .timeout(PATIENCE)
                .build();
        try {
            return CLIENT.send(get, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String port() {
        return settings.text(ports().get(0));
    }
}
