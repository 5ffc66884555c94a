package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.stack.Distribution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvidenceFilesTest {

    private static final Pattern ABSOLUTE = Pattern.compile("[\"\\s](/[a-z]+/[^\"\\s]*)");

    /** A classifier's name had one: whoever repeats a study has the data elsewhere. */
    @Test
    void resultsNameNoFolderOfTheMachineThatMadeThem() throws IOException {
        Path docs = Distribution.locate().root().resolve("docs");
        try (Stream<Path> files = Files.walk(docs.resolve("evidence"))) {
            List<String> found = Stream.concat(
                            Stream.of(docs.resolve("evidence.md")),
                            files.filter(file -> file.toString().endsWith(".json")))
                    .flatMap(file -> ABSOLUTE.matcher(read(file)).results().map(MatchResult::group))
                    .distinct()
                    .toList();
            assertEquals(List.of(), found);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
