package io.saddle.lab.soak;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Bytes that a disk has lost. */
final class Damage {

    private static final int BYTES = 64;

    private Damage() {}

    /** Writes over the middle of a file. */
    static void to(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] noise = new byte[BYTES];
            java.util.Arrays.fill(noise, (byte) 0xA5);
            channel.write(ByteBuffer.wrap(noise), Math.max(0, channel.size() / 2 - BYTES / 2));
        }
    }

    /** The files below a folder whose path matches, the last one first by path. */
    static List<Path> lastFirst(Path folder, String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> path.toString().endsWith(suffix))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    static Optional<Path> last(Path folder, String suffix) throws IOException {
        return lastFirst(folder, suffix).stream().findFirst();
    }
}
