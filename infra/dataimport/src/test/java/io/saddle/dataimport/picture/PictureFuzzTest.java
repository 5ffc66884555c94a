package io.saddle.dataimport.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a picture: decoded, or refused with an {@link UnreadablePictureException}. */
@Timeout(10)
class PictureFuzzTest {

    /** So that what takes memory by a header alone is seen with any heap. */
    private static final long MOST_PIXELS = 1 << 20;

    static Stream<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(new byte[0]);
        for (String format : List.of("png", "jpg", "gif", "bmp")) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), format, out);
            seeds.add(out.toByteArray());
        }
        ByteArrayOutputStream grey = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_INDEXED), "png", grey);
        seeds.add(grey.toByteArray());
        return seeds.stream();
    }

    /** Seeds that never got to a decoder would leave nothing to fuzz. */
    @Test
    void theSeedsAreDecodedAsWhatTheyAre() throws IOException {
        List<byte[]> seeds = seeds().toList();
        assertThrows(UnreadablePictureException.class, () -> new PictureDecoder(255).decode(seeds.get(0), MOST_PIXELS));
        for (byte[] seed : seeds.subList(1, 5)) {
            Picture decoded = new PictureDecoder(255).decode(seed, MOST_PIXELS);
            assertEquals("2x3", decoded.height() + "x" + decoded.width());
        }
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreDecodedOrRefused(byte[] content) {
        try {
            Objects.requireNonNull(new PictureDecoder(255).decode(content, MOST_PIXELS));
        } catch (UnreadablePictureException refused) {
            // As documented.
        }
    }
}
