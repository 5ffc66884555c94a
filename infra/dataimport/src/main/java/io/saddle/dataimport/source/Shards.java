package io.saddle.dataimport.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Files that are parts of one, as their names say ({@code train-00000-of-00003.parquet}): where one of them lies, the others have to. A
 * download that was cut off looks like a smaller data set.
 */
final class Shards {

    /** What is behind the number may be the part's own: Hugging Face put a piece of a checksum there. */
    private static final Pattern NAME =
            Pattern.compile("(?<whole>.*?)(?<number>\\d{1,9})(?<of>-of-(?<total>\\d{1,9})).*");

    private Shards() {}

    /** @throws SourceException naming the first part that is missing */
    static void requireAll(Path folder, List<Path> files) throws SourceException {
        Map<String, List<Matcher>> wholes = files.stream()
                .map(file -> NAME.matcher(file.getFileName().toString()))
                .filter(Matcher::matches)
                .collect(Collectors.groupingBy(
                        name -> name.group("whole") + name.group("of"), TreeMap::new, Collectors.toList()));
        for (List<Matcher> parts : wholes.values()) {
            requireAll(folder, parts.get(0), parts);
        }
    }

    private static void requireAll(Path folder, Matcher any, List<Matcher> parts) throws SourceException {
        int total = Integer.parseInt(any.group("total"));
        Set<Integer> numbers = parts.stream()
                .map(part -> Integer.valueOf(part.group("number")))
                .collect(Collectors.toSet());
        // Some count from one.
        int first = numbers.contains(total) && !numbers.contains(0) ? 1 : 0;
        for (int i = first; i < first + total; i++) {
            if (!numbers.contains(i)) {
                String digits = String.format("%0" + any.group("number").length() + "d", i);
                throw new SourceException(
                        folder + ": '" + SafeNames.shown(any.group("whole") + digits + any.group("of"))
                                + "' is missing, which '" + SafeNames.shown(any.group())
                                + "' promises: fetch it, or give names that do not say how many there are");
            }
        }
    }
}
