package io.saddle.diffusion.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;

/** Files of settings. */
public final class JsonFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonFile() {}

    /**
     * What a file says.
     *
     * @param parser refuses what is wrong with an IllegalArgumentException
     * @throws IOException naming the file, and what is wrong with it
     */
    public static <T> T read(Path file, Function<JsonNode, T> parser) throws IOException {
        if (Files.isDirectory(file)) {
            // Reading it says that something is a directory, and not what.
            throw new IOException(file + ": is a folder, where a file of settings is needed");
        }
        try {
            return parser.apply(JSON.readTree(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(file + ": there is no such file");
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
