package io.saddle.local;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The JVM that a service runs in, also for other programs that are to behave like it. */
public final class ServiceJvm {

    private static final String TRAINER = "primal-trainer";

    /**
     * A training step leaves a few small objects. G1 lets them fill hundreds of megabytes before it looks: over thousands of
     * steps resident memory creeps up as if something leaked.
     */
    private static final List<String> SMALL_YOUNG_GENERATION = List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmn32m");

    private ServiceJvm() {}

    /** Flags of a service's JVM, before those that tell it where everything is. */
    static List<String> options(LocalSettings settings, String service) {
        Setting heap = Setting.named(service + ".heap").orElseThrow();
        List<String> options = new ArrayList<>(List.of(
                "-Xmx" + settings.text(heap),
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ErrorFile=" + settings.home().log(service + "-crash")));
        if (service.equals(TRAINER)) {
            options.addAll(SMALL_YOUNG_GENERATION);
        }
        return options;
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
