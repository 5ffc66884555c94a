package io.saddle.cli.track;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The event files of one folder. TensorBoard reads every file with "tfevents" in its name, in the order of the names. */
final class EventFiles {

    private static final String MARK = "tfevents";
    private static final Pattern SECONDS = Pattern.compile(MARK + "\\.(\\d{1,18})(\\.|$)");

    private EventFiles() {}

    /** The contents of the folder's files, each up to its first torn or damaged record. */
    static Written read(Path folder) throws IOException {
        Written written = new Written();
        for (Path file : list(folder)) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                TfRecords.read(in, event -> Events.read(event, written::add));
            } catch (IOException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        }
        return written;
    }

    /** A file of this process, not there yet, whose name comes after all others': seconds, host, process. */
    static Path next(Path folder, long seconds) throws IOException {
        long after = seconds;
        for (Path file : list(folder)) {
            Matcher found = SECONDS.matcher(file.getFileName().toString());
            if (found.find()) {
                after = Math.max(after, Long.parseLong(found.group(1)) + 1);
            }
        }
        return folder.resolve(String.format(
                Locale.ROOT,
                "events.out.%s.%010d.%s.%d.0",
                MARK,
                after,
                host(),
                ProcessHandle.current().pid()));
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains(MARK))
                    .sorted()
                    .toList();
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9-]", "-");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
