package io.saddle.schema;

import io.saddle.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** Every version of every subject as it was published: {@code src/history/<subject>/<version>.avsc}, each complete in itself. */
final class SchemaHistory {

    private static final Path FOLDER = Path.of("src", "history");

    private SchemaHistory() {}

    /** The published versions of a topic's value, oldest first. */
    static List<Schema> published(Topic<?> topic) throws IOException {
        List<Schema> versions = new ArrayList<>();
        for (int version = 1; Files.exists(file(topic, version)); version++) {
            versions.add(new Schema.Parser().parse(Files.readString(file(topic, version))));
        }
        return versions;
    }

    /** Where a version stands. */
    static Path file(Topic<?> topic, int version) {
        return FOLDER.resolve(topic.subject()).resolve(version + ".avsc");
    }

    /** Writes this build's schema as the next version, where it differs from the newest one. */
    static void writeNext(Topic<?> topic) throws IOException {
        List<Schema> versions = published(topic);
        if (versions.isEmpty() || !isSame(versions.get(versions.size() - 1), topic.schema())) {
            Path file = file(topic, versions.size() + 1);
            Files.createDirectories(file.getParent());
            Files.writeString(file, topic.schema().toString(true) + "\n");
        }
    }

    /** Also in its docs: registries take a schema with another doc for another schema. */
    static boolean isSame(Schema a, Schema b) {
        return a.toString().equals(b.toString());
    }
}
