package io.saddle.primaltrainer.checkpoint;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The file of a checkpoint that says what had been read before its offsets; where it is missing or damaged, all is read again. */
final class ReadPositionFile {

    private static final SideFile<Content> FILE =
            new SideFile<>("read.json", new TypeReference<>() {}, "what others have said of the run is read again");

    /** Its content. */
    record Content(Map<String, Long> offsets, Map<String, String> topicIds, ReadPosition.Past past) {}

    private ReadPositionFile() {}

    /** Writes none where all has to be read again. */
    static void write(Path folder, ReadPosition read) throws IOException {
        if (read.past() != null) {
            FILE.write(folder, new Content(read.offsets(), read.topicIds(), read.past()));
        }
    }

    /** @param offsets as the manifest has them: of slots' results builds that know no such file go by them */
    static ReadPosition read(Path folder, Map<String, Long> offsets) {
        return FILE.read(folder)
                .map(content -> new ReadPosition(content.offsets(), content.topicIds(), content.past()))
                .orElseGet(() -> new ReadPosition(offsets, Map.of(), null));
    }
}
