package io.saddle.deployment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A .dockerignore: the last pattern that fits a file, or a folder above it, decides. */
record DockerIgnore(List<Rule> rules) {

    /**
     * One line.
     *
     * @param excludes false behind an exclamation mark
     */
    record Rule(Pattern pattern, boolean excludes) {

        static Rule parse(String line) {
            boolean excludes = !line.startsWith("!");
            String glob = excludes ? line : line.substring(1);
            String regex = Pattern.quote(glob).replace("**/", "\\E(?:.*/)?\\Q").replace("*", "\\E[^/]*\\Q");
            return new Rule(Pattern.compile(regex + "(?:/.*)?"), excludes);
        }
    }

    static DockerIgnore read(Path file) throws IOException {
        return new DockerIgnore(Files.readAllLines(file).stream()
                .map(String::trim)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Rule::parse)
                .toList());
    }

    /** @param file relative to the project */
    boolean ignores(Path file) {
        boolean ignored = false;
        for (Rule rule : rules) {
            if (rule.pattern().matcher(file.toString()).matches()) {
                ignored = rule.excludes();
            }
        }
        return ignored;
    }
}
