package io.saddle.dataimport.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Photographs as PIL 11.1 decodes and resizes them; conventions in image.json. */
class PictureGoldenTest {

    private static final int SIZE = 32;
    private static final Golden GOLDEN = new Golden();

    /** The recorded pixels: a safetensors file of bytes. */
    private static final class Golden {
        private final JsonNode header;
        private final byte[] data;

        Golden() {
            byte[] file = resource("image.pixels.safetensors");
            int length =
                    (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
            try {
                header = new ObjectMapper().readTree(file, 8, length);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            data = Arrays.copyOfRange(file, 8 + length, file.length);
        }

        byte[] bytes(String name) {
            JsonNode offsets = header.path(name).path("data_offsets");
            return Arrays.copyOfRange(
                    data, offsets.get(0).asInt(), offsets.get(1).asInt());
        }

        /** Recorded as [height, width, 3]. */
        Picture picture(String name) {
            JsonNode shape = header.path(name).path("shape");
            int height = shape.get(0).asInt();
            int width = shape.get(1).asInt();
            byte[] interleaved = bytes(name);
            byte[] levels = new byte[interleaved.length];
            for (int i = 0; i < height * width; i++) {
                for (int c = 0; c < 3; c++) {
                    levels[c * height * width + i] = interleaved[3 * i + c];
                }
            }
            return new Picture(levels, 3, height, width);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = PictureGoldenTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int distance(Picture a, Picture b) {
        assertEquals(b.height(), a.height());
        assertEquals(b.width(), a.width());
        int largest = 0;
        for (int i = 0; i < b.levels().length; i++) {
            largest = Math.max(largest, Math.abs((a.levels()[i] & 0xff) - (b.levels()[i] & 0xff)));
        }
        return largest;
    }

    private static String tensor(String file) {
        String stem = file.substring(0, file.lastIndexOf('.'));
        return GOLDEN.header.has(stem + ".rgb") ? stem : stem.replace("image-", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image-jpeg420.jpg", "image-progressive.jpg", "image-grey.png"})
    void decodesToWhatPilSees(String file) throws IOException {
        Picture decoded = new PictureDecoder(255).decode(resource(file));
        assertEquals(file.contains("grey") ? 1 : 3, decoded.channels());
        int most = file.endsWith(".jpg") ? 2 : 0;
        int found = distance(decoded.withChannels(3), GOLDEN.picture(tensor(file) + ".rgb"));
        assertTrue(found <= most, "off by " + found);
    }

    /** Of lossy WebP to a rounding in the mean: its reader leaves the colours, of which there is one for four pixels, as squares. */
    @ParameterizedTest
    @ValueSource(strings = {"image-lossy-method0.webp", "image-lossy-method4.webp"})
    void lossyWebPDecodesToWhatPilSees(String file) throws IOException {
        Picture decoded = new PictureDecoder(255).decode(resource(file));
        Picture seen = new PictureDecoder(255).decode(resource(file + ".png"));
        long sum = 0;
        for (int i = 0; i < seen.levels().length; i++) {
            sum += Math.abs((decoded.levels()[i] & 0xff) - (seen.levels()[i] & 0xff));
        }
        double mean = (double) sum / seen.levels().length;
        assertTrue(mean < 1.5, "off by " + mean + " in the mean");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 255})
    void blendsTransparentPixelsOverTheBackground(int background) throws IOException {
        Picture decoded = new PictureDecoder(background).decode(resource("image-rgba.png"));
        Picture rgb = GOLDEN.picture(tensor("image-rgba.png") + ".rgb");
        byte[] alpha = GOLDEN.bytes(tensor("image-rgba.png") + ".alpha");
        for (int i = 0; i < rgb.levels().length; i++) {
            int opacity = alpha[i % alpha.length] & 0xff;
            double blended = ((rgb.levels()[i] & 0xff) * opacity + background * (255 - opacity)) / 255.0;
            assertEquals(blended, decoded.levels()[i] & 0xff, 0.5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"image-jpeg420.jpg", "image-progressive.jpg", "image-grey.png", "image-rgba.png"})
    void resizesTheCentreAsPilDoes(String file) {
        Picture square = GOLDEN.picture(tensor(file) + ".rgb").square();
        for (Resampling filter : Resampling.values()) {
            String name = tensor(file) + "." + filter.name().toLowerCase(java.util.Locale.ROOT) + SIZE;
            int found = distance(filter.resize(square, SIZE, SIZE), GOLDEN.picture(name));
            assertTrue(found <= 1, name + " is off by " + found);
        }
    }
}
