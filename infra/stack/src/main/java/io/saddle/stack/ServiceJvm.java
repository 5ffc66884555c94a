package io.saddle.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The JVM that a service runs in, also for other programs that are to behave like it. */
public final class ServiceJvm {

    private ServiceJvm() {}

    /** Flags of a service's JVM, before those that tell it where everything is. */
    static List<String> options(LocalSettings settings, String service) {
        Setting heap = Setting.named(service + ".heap").orElseThrow();
        List<String> options = new ArrayList<>(List.of(
                "-Xmx" + settings.text(heap), "-XX:ErrorFile=" + settings.home().log(service + "-crash")));
        options.addAll(ofImage(service));
        return options;
    }

    /** The flags that a service has in its image, too; the largest heap, given above, overrides the image's share of memory. */
    private static List<String> ofImage(String service) {
        Path file = Distribution.locate().jvmOptions(service);
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(String::trim)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new StackException(file + " cannot be read", e);
        }
    }

    /**
     * The command that runs a class of this process's class path in a JVM with a service's flags: its heap, its compilers
     * and {@code SADDLE_JAVA_OPTS_*}, not those that make the command line start fast.
     *
     * @param service for example {@code primal-trainer}
     */
    public static List<String> command(LocalSettings settings, String service, Class<?> mainClass) {
        List<String> options = new ArrayList<>(options(settings, service));
        options.addAll(settings.javaOptions(service));
        List<Path> classPath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .map(Path::toAbsolutePath)
                .toList();
        return new JavaCommand(options, classPath, mainClass.getName(), List.of()).attached();
    }
}
