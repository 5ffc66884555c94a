package io.saddle.stack;

import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The program that the build makes class-data archives with: its arguments are the processes that are to have one. */
public final class StartupArchivesProgram {

    private StartupArchivesProgram() {}

    public static void main(String[] names) {
        make(Distribution.locate(), List.of(names), System.out::println);
    }

    /**
     * Starts a stack of its own on free ports and ends it, so that each process leaves the class data with which every later
     * start of it is faster: half a minute on two cores for all of them.
     *
     * @param names some of {@link Stack#names()}; empty for all. Broker and registry start from the archives that they have where
     *     they are not among them
     * @throws StackException if one is not built or does not start
     */
    public static void make(Distribution distribution, List<String> names, Consumer<String> progress) {
        Home home = new Home(distribution.startupArchives().resolve("stack"));
        LocalSettings settings = LocalSettings.load(home, Map.of(), Ports.freeSettings());
        Stack stack = Stack.recording(distribution, settings, progress);
        try {
            Set<String> started = new LinkedHashSet<>(names.isEmpty() ? stack.names() : names);
            DurableFiles.deleteTree(home.folder());
            StartupArchives archives = new StartupArchives(distribution.startupArchives());
            for (String name : started) {
                archives.delete(name);
            }
            started.addAll(List.of(KafkaBroker.NAME, SchemaRegistry.NAME));
            stack.up(started);
            stack.down();
            DurableFiles.deleteTree(home.folder());
        } catch (IOException e) {
            throw new StackException(home.folder() + " cannot be deleted", e);
        } finally {
            stack.names().forEach(stack::kill);
        }
    }
}
