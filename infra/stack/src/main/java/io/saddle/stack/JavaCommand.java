package io.saddle.stack;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** What runs a command in a group and a session of its own. */
    static final String OWN_GROUP = "setsid";

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

    private List<String> java(List<Path> path, String main, List<String> mainArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.add(main);
        command.addAll(mainArguments);
        return command;
    }
}
