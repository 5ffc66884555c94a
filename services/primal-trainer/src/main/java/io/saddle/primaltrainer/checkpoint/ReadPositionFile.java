package io.saddle.primaltrainer.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a checkpoint that says what had been read before its offsets: a hash, then JSON. One of its own, which builds that do not know
 * it pass over, as they have to while a trainer of theirs takes the run up; where it is missing or damaged, all is read again.
 */
final class ReadPositionFile {

    private static final String NAME = "read.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(ReadPositionFile.class);

    /** Its content. */
    record Content(Map<String, Long> offsets, Map<String, String> topicIds, ReadPosition.Past past) {}

    private ReadPositionFile() {}

    /** Writes none where all has to be read again. */
    static void write(Path folder, ReadPosition read) throws IOException {
        if (read.past() != null) {
            String content = JSON.writeValueAsString(new Content(read.offsets(), read.topicIds(), read.past()));
            Files.write(folder.resolve(NAME), List.of(hash(content), content));
        }
    }

    /** @param offsets as the manifest has them: of slots' results builds that know no such file go by them */
    static ReadPosition read(Path folder, Map<String, Long> offsets) {
        Path file = folder.resolve(NAME);
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() == 2 && lines.get(0).equals(hash(lines.get(1)))) {
                Content content = JSON.readValue(lines.get(1), Content.class);
                return new ReadPosition(content.offsets(), content.topicIds(), content.past());
            }
            LOG.warn("{} is damaged: what others have said of the run is read again", file);
        } catch (NoSuchFileException e) {
            LOG.info("{} is not there: what others have said of the run is read again", file);
        } catch (IOException e) {
            LOG.warn("{} cannot be read: what others have said of the run is read again", file, e);
        }
        return new ReadPosition(offsets, Map.of(), null);
    }

    private static String hash(String content) {
        return Sha256.of(content.getBytes(StandardCharsets.UTF_8));
    }
}
