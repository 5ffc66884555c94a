package io.saddle.stack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The log of one child process: each start begins a new one and keeps the ones before as {@code NAME.log.1}, the newest, to
 * {@code NAME.log.5}: of a process that ends again and again, more than the last end can be looked at.
 */
public record LogFile(Path path) {

    private static final int KEPT = 5;
    private static final int TAIL_BYTES = 64 * 1024;

    /** Makes room for a new log. */
    public void begin() throws IOException {
        Files.createDirectories(path.getParent());
        for (int number = KEPT; number > 0; number--) {
            Path earlier = number == 1 ? path : Path.of(path + "." + (number - 1));
            if (Files.exists(earlier)) {
                Files.move(earlier, Path.of(path + "." + number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The last lines, without what does not fit 64 KiB. */
    public List<String> tail(int lines) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            int size = (int) Math.min(TAIL_BYTES, file.length());
            byte[] end = new byte[size];
            file.seek(file.length() - size);
            file.readFully(end);
            List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException e) {
            return List.of("(the log cannot be read: " + e.getMessage() + ")");
        }
    }
}
