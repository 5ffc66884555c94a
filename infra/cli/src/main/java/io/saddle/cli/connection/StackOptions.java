package io.saddle.cli.connection;

import io.saddle.stack.Distribution;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.Stack;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The local stack that a command is about; for use as a mixin of any command. */
public final class StackOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--home",
            paramLabel = "FOLDER",
            description = "State, logs and data of the stack (default: $SADDLE_HOME, else .saddle in the project).")
    private Path home;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "One setting, e.g. broker.port=39092; also SADDLE_BROKER_PORT or settings.properties in --home.")
    private final Map<String, String> overrides = new LinkedHashMap<>();

    public LocalSettings settings() {
        return LocalSettings.load(new Home(folder()), System.getenv(), overrides);
    }

    public Stack stack() {
        PrintWriter out = command.commandLine().getOut();
        return Stack.detached(Distribution.locate(), settings(), line -> {
            out.println(line);
            out.flush();
        });
    }

    /** The command line of another command of this program about the same stack, in a small JVM of its own. */
    public List<String> command(String name) {
        List<String> command = new ArrayList<>(java("-Xmx48m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("io.saddle.cli.Saddle", name));
        command.addAll(arguments());
        return command;
    }

    /** The words that start a JVM with this program's class path; a main class follows. */
    public List<String> java(String... flags) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(flags));
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        String distribution = System.getProperty(Distribution.PROPERTY);
        if (distribution != null) {
            words.add("-D" + Distribution.PROPERTY + "=" + distribution);
        }
        return words;
    }

    /** The options that name the same stack to another command. */
    public List<String> arguments() {
        List<String> words = new ArrayList<>();
        words.add("--home=" + folder().toAbsolutePath());
        overrides.forEach((key, value) -> words.add("--set=" + key + "=" + value));
        return words;
    }

    private Path folder() {
        String environment = System.getenv("SADDLE_HOME");
        if (home != null) {
            return home;
        }
        return environment != null && !environment.isBlank()
                ? Path.of(environment)
                : Distribution.locate().root().resolve(".saddle");
    }
}
