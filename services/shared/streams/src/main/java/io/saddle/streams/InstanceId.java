package io.saddle.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * The name of an instance in its consumer group, for as long as its data folder lives (KIP-345, static membership). In a
 * file, since a folder has one process at a time, while a host or a name may have several.
 */
final class InstanceId {

    private final Path file;

    InstanceId(Path file) {
        this.file = file;
    }

    /** Made up at the first call in a new folder, or where the file is damaged. */
    String get() {
        try {
            Optional<String> known = known();
            if (known.isPresent()) {
                return known.get();
            }
            String made = UUID.randomUUID().toString();
            Files.createDirectories(file.getParent());
            Files.writeString(file, made);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can be neither read nor written: " + e, e);
        }
    }

    private Optional<String> known() throws IOException {
        try {
            return Files.exists(file)
                    ? Optional.of(
                            UUID.fromString(Files.readString(file).strip()).toString())
                    : Optional.empty();
        } catch (IllegalArgumentException | MalformedInputException e) {
            return Optional.empty();
        }
    }
}
