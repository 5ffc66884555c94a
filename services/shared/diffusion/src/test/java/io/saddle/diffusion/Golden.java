package io.saddle.diffusion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Numbers made by the reference implementations. */
public final class Golden {
    /** From the folder of this module. */
    private static final Path BESIDE_THE_CHECKOUT = Path.of("..", "..", "..", "..", "shared", "golden");

    private Golden() {}

    public static JsonNode json(String name) throws IOException {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** A file. Where it is not part of the repository and missing beside it, the test that asks for it is skipped. */
    public static Path file(String name) {
        URL resource = Golden.class.getResource("/golden/" + name);
        if (resource != null) {
            return Path.of(URI.create(resource.toString()));
        }
        Path file = BESIDE_THE_CHECKOUT.resolve(name);
        Assumptions.assumeTrue(Files.exists(file), () -> "these golden numbers are not here: " + file);
        return file;
    }

    public static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }
}
