package io.saddle.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The commands of the launcher that stand in documents: in blocks of code, which can be copied as they are, and in sentences. */
final class DocumentedCommands {

    private static final Pattern IN_A_SENTENCE = Pattern.compile("`\\./saddle ([^`]+)`");
    private static final Pattern IN_A_LINE = Pattern.compile("\\./saddle +(.*)");
    private static final Pattern WORD =
            Pattern.compile("'([^']*)'|\"([^\"]*)\"|((?:[^\\s'\"|#>&;<)]|\"[^\"]*\"|'[^']*')+)|([|#>&;<)])");

    private DocumentedCommands() {}

    /**
     * A command.
     *
     * @param place FILE:LINE
     * @param whole whether it can be copied as it is
     */
    record Command(String place, List<String> words, boolean whole) {

        @Override
        public String toString() {
            return place + ": ./saddle " + String.join(" ", words);
        }
    }

    static List<Command> in(Path root) throws IOException {
        List<Command> commands = new ArrayList<>();
        List<Path> files = new ArrayList<>(List.of(root.resolve("README.md"), root.resolve("k8s/README.md")));
        try (Stream<Path> docs = Files.list(root.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
        }
        for (Path file : files) {
            read(root, file, commands);
        }
        return commands;
    }

    private static void read(Path root, Path file, List<Command> commands) throws IOException {
        boolean code = false;
        String continued = "";
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            String place = root.relativize(file) + ":" + ++number;
            if (line.strip().startsWith("```")) {
                code = !code;
            } else if (code) {
                String all = continued + line;
                continued = all.endsWith("\\") ? all.substring(0, all.length() - 1) : "";
                Matcher found = IN_A_LINE.matcher(all);
                if (continued.isEmpty() && found.find()) {
                    commands.add(new Command(place, words(found.group(1)), true));
                }
            } else {
                Matcher found = IN_A_SENTENCE.matcher(line);
                while (found.find()) {
                    commands.add(new Command(place, words(found.group(1)), false));
                }
            }
        }
    }

    /** As a shell has them, up to what ends a command. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(text);
        while (word.find() && word.group(4) == null) {
            words.add(Stream.of(word.group(1), word.group(2), word.group(3))
                    .filter(one -> one != null)
                    .findFirst()
                    .orElseThrow()
                    .replaceAll("[\"']", ""));
        }
        return words;
    }
}
