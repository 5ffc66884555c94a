package io.saddle.stack;

import io.saddle.lab.report.StackVisit;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command that uses a leashed stack until it is cut off; usage: {@code FOLDER SETTING=VALUE...}, and says so when the stack is up. */
public final class VisitProgram {

    static final String UP = "up and at work";
    static final String FIRST = "done first";

    private VisitProgram() {}

    public static void main(String[] args) throws InterruptedException {
        Map<String, String> settings = new HashMap<>();
        for (String setting : List.of(args).subList(1, args.length)) {
            settings.put(setting.split("=")[0], setting.split("=")[1]);
        }
        LocalSettings loaded = LocalSettings.load(new Home(Path.of(args[0])), Map.of(), settings);
        Stack stack = Stack.leashed(Distribution.locate(), loaded, Map.of(), System.out::println);
        try (StackVisit visit = StackVisit.begin(
                stack, List.of("broker", "registry"), false, () -> System.out.println(FIRST), System.out::println)) {
            System.out.println(UP);
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
