package io.saddle.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list's writers and readers against the sources: a service has to do with a topic when its code, or what it shares, names it. */
class TopicPartiesTest {

    private static final Path SERVICES = Path.of("..", "services");
    private static final Pattern CONSTANT = Pattern.compile("\\bTopics\\.([A-Z][A-Z_]+)\\b");

    @ParameterizedTest
    @ValueSource(strings = {"primal-trainer", "constraint-evaluator", "dual-updater", "fid-evaluator", "console"})
    void aServiceIsListedWithTheTopicsOfItsCode(String service) throws IOException {
        Set<String> listed = new TreeSet<>();
        for (Topic<?> topic : Topics.all()) {
            if (Stream.of(topic.writers(), topic.readers(), topic.rebuilders())
                    .anyMatch(list -> list.contains(service))) {
                listed.add(topic.name());
            }
        }
        Set<String> own = named(SERVICES.resolve(service));
        Set<String> unlisted = new TreeSet<>(own);
        unlisted.removeAll(listed);
        assertEquals(Set.of(), unlisted, "named in the code, not listed");

        listed.removeAll(own);
        listed.removeAll(named(SERVICES.resolve(Path.of("shared", "runtime"))));
        assertEquals(Set.of(), listed, "listed, not named in the code");
    }

    private static Set<String> named(Path module) throws IOException {
        Set<String> topics = new TreeSet<>();
        try (Stream<Path> files = Files.walk(module.resolve(Path.of("src", "main", "java")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher constant = CONSTANT.matcher(Files.readString(file));
                while (constant.find()) {
                    topics.add("saddle."
                            + constant.group(1).toLowerCase(Locale.ROOT).replace('_', '-'));
                }
            }
        }
        return topics;
    }
}
