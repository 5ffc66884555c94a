package io.saddle.primaltrainer.checkpoint;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of a checkpoint that the run can go on without: a hash, then JSON. One beside the manifest, for builds that do not know it pass it
 * over, as they have to while a trainer of theirs takes the run up.
 */
final class SideFile<T> {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(SideFile.class);

    private final String name;
    private final TypeReference<T> type;
    private final String otherwise;

    /** @param otherwise what is done where it is missing or damaged */
    SideFile(String name, TypeReference<T> type, String otherwise) {
        this.name = name;
        this.type = type;
        this.otherwise = otherwise;
    }

    void write(Path folder, T content) throws IOException {
        String json = JSON.writeValueAsString(content);
        Files.write(folder.resolve(name), List.of(hash(json), json));
    }

    /** @return empty if it is missing, or damaged, which the log says */
    Optional<T> read(Path folder) {
        Path file = folder.resolve(name);
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() == 2 && lines.get(0).equals(hash(lines.get(1)))) {
                return Optional.of(JSON.readValue(lines.get(1), type));
            }
            LOG.warn("{} is damaged: {}", file, otherwise);
        } catch (NoSuchFileException e) {
            LOG.debug("{} is not there: {}", file, otherwise);
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", file, otherwise, e);
        }
        return Optional.empty();
    }

    private static String hash(String content) {
        return Sha256.of(content.getBytes(StandardCharsets.UTF_8));
    }
}
