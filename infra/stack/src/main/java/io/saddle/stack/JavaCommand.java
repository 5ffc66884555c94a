package io.saddle.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One JVM to start.
 *
 * @param options the JVM's own flags
 * @param classPath folders or jars
 * @param mainClass what it runs
 * @param arguments of the main class
 */
record JavaCommand(List<String> options, List<Path> classPath, String mainClass, List<String> arguments) {

    private static final String CLASS_PATH = "-cp";

    /** What runs a command in a group and a session of its own. */
    static final String OWN_GROUP = "setsid";

    /** The system tells the start of a process less exactly than a file's time. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    private static final String LEASH = "io.saddle.broker.Leash";

    /** The same with further flags before its own. */
    JavaCommand with(List<String> flags) {
        return new JavaCommand(
                Stream.concat(flags.stream(), options.stream()).toList(), classPath, mainClass, arguments);
    }

    /** Lives on when this process, its terminal or its session ends. */
    List<String> detached() {
        return detached(java(classPath, mainClass, arguments));
    }

    /** The same of any command. */
    static List<String> detached(List<String> words) {
        List<String> command = new ArrayList<>();
        Stream.of(OWN_GROUP, "nohup")
                .filter(program -> Programs.find(program).isPresent())
                .findFirst()
                .ifPresent(command::add);
        command.addAll(words);
        return command;
    }

    /** Ends when it wants to; its starter sees to it. */
    List<String> attached() {
        return java(classPath, mainClass, arguments);
    }

    /**
     * Ends when this process ends, however that comes about; not by itself at the terminal's Ctrl-C, which is for this process to heed: all at
     * once would find no broker to hand over to.
     */
    List<String> leashed(Path leashJar) {
        List<Path> path = Stream.concat(classPath.stream(), Stream.of(leashJar))
                .distinct()
                .toList();
        List<String> leashArguments = new ArrayList<>();
        leashArguments.add(Long.toString(ProcessHandle.current().pid()));
        leashArguments.add(mainClass);
        leashArguments.addAll(arguments);
        return detached(java(path, LEASH, leashArguments));
    }

    /**
     * True if a process runs another build than this command would: it has not all of the same jars, or one was made anew since it was
     * started. False where the system does not tell.
     */
    boolean isOfAnotherBuildThan(ChildProcess running) {
        Optional<List<String>> words = running.command().filter(all -> all.contains(CLASS_PATH));
        if (words.isEmpty()) {
            return false;
        }
        String path = words.get().get(words.get().indexOf(CLASS_PATH) + 1);
        return !List.of(path.split(File.pathSeparator))
                        .containsAll(classPath.stream().map(Path::toString).toList())
                || running.startedAt()
                        .filter(start -> classPath.stream().anyMatch(jar -> isNewerThan(start, jar)))
                        .isPresent();
    }

    private static boolean isNewerThan(Instant start, Path jar) {
        try {
            return Files.getLastModifiedTime(jar).toInstant().isAfter(start.plus(START_TOLERANCE));
        } catch (IOException e) {
            return true;
        }
    }

    private List<String> java(List<Path> path, String main, List<String> mainArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(CLASS_PATH);
        command.add(path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.add(main);
        command.addAll(mainArguments);
        return command;
    }
}
