package io.saddle.streams;

import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/**
 * The changelog topics that local state is a copy of, by the ids that Kafka gave them when they were made. Kafka's disks may be lost and
 * set up anew from a backup while the state's folder survives: the topics have their names again, and Kafka Streams, which looks at
 * names and offsets alone, would go on with a state of records that are no more.
 */
final class StateOrigin {

    private final Path file;

    /** @param file beside the state, so that it is not deleted with it */
    StateOrigin(Path file) {
        this.file = file;
    }

    /**
     * Whether the state is a copy of other topics. Of a state of an earlier release, beside which nothing stands, nobody knows.
     *
     * @param now ids by the topics' names
     */
    boolean isAnother(Map<String, String> now) {
        return known().entrySet().stream()
                .anyMatch(
                        topic -> !topic.getValue().equals(now.get(topic.getKey().toString())));
    }

    /** Whether anything stands beside the state. What does is not to be replaced under it: Kafka may be another one since. */
    boolean isKept() {
        return !known().isEmpty();
    }

    /** Stands beside the state from now on. */
    void keep(Map<String, String> now) {
        Properties topics = new Properties();
        topics.putAll(now);
        if (topics.equals(known())) {
            return;
        }
        try {
            Files.createDirectories(file.getParent());
            StringWriter text = new StringWriter();
            topics.store(text, null);
            DurableFiles.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e, e);
        }
    }

    /** Nothing where the file is damaged: Kafka Streams says by itself whether the state beside it is. */
    private Properties known() {
        Properties topics = new Properties();
        try {
            if (Files.exists(file)) {
                topics.load(new StringReader(Files.readString(file)));
                topics.values().forEach(id -> Uuid.fromString(id.toString()));
            }
            return topics;
        } catch (IllegalArgumentException | MalformedInputException e) {
            return new Properties();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
