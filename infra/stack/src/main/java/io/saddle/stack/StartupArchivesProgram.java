package io.saddle.stack;

import java.util.List;

/** The program that the build makes class-data archives with: its arguments are the processes that are built by then. */
final class StartupArchivesProgram {

    private StartupArchivesProgram() {}

    public static void main(String[] names) {
        Stack.makeStartupArchives(Distribution.locate(), List.of(names), System.out::println);
    }
}
