package io.saddle.diffusion.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.diffusion.sampling.ImageBatch;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Files that {@code src/test/python/inception_fixtures.py} made. */
final class InceptionFixtures {
    private InceptionFixtures() {}

    static Path file(String name) {
        try {
            return Path.of(
                    InceptionFixtures.class.getResource("/inception/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(String name) throws IOException {
        try (InputStream in = InceptionFixtures.class.getResourceAsStream("/inception/" + name)) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** The script's image, as many times as asked for. */
    static ImageBatch pattern(int count, int channels, int height, int width) {
        float[] pixels = new float[count * channels * height * width];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % width;
            int y = i / width % height;
            int c = i / (width * height) % channels;
            int level = (x * 7 + y * 13 + x * y % 31 * 5 + (x / 9 + y / 5) % 2 * 90 + c * 50) % 256;
            pixels[i] = level / 127.5f - 1;
        }
        return new ImageBatch(pixels, count, channels, height, width);
    }
}
