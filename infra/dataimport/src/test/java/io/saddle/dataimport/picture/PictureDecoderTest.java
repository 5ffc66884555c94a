package io.saddle.dataimport.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureDecoderTest {

    private static final PictureDecoder DECODER = new PictureDecoder(255);

    /** Says that the four channels of a JPEG are inks, inverted. */
    private static final byte[] ADOBE = {(byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
    };

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, "png", out));
        return out.toByteArray();
    }

    private static BufferedImage grey(int type, int... levels) {
        BufferedImage image = new BufferedImage(levels.length, 1, type);
        image.getRaster().setPixels(0, 0, levels.length, 1, levels);
        return image;
    }

    private static String reason(byte[] encoded) {
        return assertThrows(UnreadablePictureException.class, () -> DECODER.decode(encoded))
                .getMessage();
    }

    @Test
    void greyLevelsAreThoseOfTheFile() throws IOException {
        Picture picture = DECODER.decode(png(grey(BufferedImage.TYPE_BYTE_GRAY, 0, 7, 128, 255)));
        assertEquals(1, picture.channels());
        assertArrayEquals(new byte[] {0, 7, (byte) 128, (byte) 255}, picture.levels());
    }

    @Test
    void ofSixteenBitsTheUpperEightCount() throws IOException {
        Picture picture = DECODER.decode(png(grey(BufferedImage.TYPE_USHORT_GRAY, 0x00ff, 0x0100, 0x80ff, 0xffff)));
        assertArrayEquals(new byte[] {0, 1, (byte) 0x80, (byte) 0xff}, picture.levels());
    }

    @Test
    void aPaletteOfColoursHasThreeChannelsAndItsTransparentEntryShowsTheBackground() throws IOException {
        byte[] none = {0, 0};
        IndexColorModel palette =
                new IndexColorModel(1, 2, new byte[] {10, 0}, new byte[] {20, 0}, new byte[] {30, 0}, 1);
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
        image.getRaster().setPixels(0, 0, 2, 1, new int[] {0, 1});
        assertArrayEquals(
                new byte[] {10, (byte) 255, 20, (byte) 255, 30, (byte) 255},
                DECODER.decode(png(image)).levels());
        assertArrayEquals(
                new byte[] {10, none[0], 20, none[0], 30, none[1]},
                new PictureDecoder(0).decode(png(image)).levels());
    }

    /** A dark left and a bright right half. */
    private static BufferedImage halves() {
        BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
        for (int x = 8; x < 16; x++) {
            for (int y = 0; y < 8; y++) {
                image.setRGB(x, y, Color.WHITE.getRGB());
            }
        }
        return image;
    }

    /** EXIF's content in every format: a big-endian TIFF of one entry, tag 0x0112, a short. */
    private static byte[] exif(int orientation) {
        return ByteBuffer.allocate(26)
                .put(new byte[] {'M', 'M', 0, 42})
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }

    private static byte[] jpeg(int orientation) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(halves(), "jpg", out));
        byte[] exif = exif(orientation);
        byte[] segment = ByteBuffer.allocate(10 + exif.length)
                .put(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (8 + exif.length), 'E', 'x', 'i', 'f', 0, 0})
                .put(exif)
                .array();
        return inserted(out.toByteArray(), segment);
    }

    private static byte[] png(int orientation) throws IOException {
        return withChunk(png(halves()), "eXIf", exif(orientation));
    }

    /** A PNG with another chunk behind its header. */
    private static byte[] withChunk(byte[] png, String name, byte[] content) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + content.length)
                .putInt(content.length)
                .put(name.getBytes())
                .put(content);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + content.length);
        chunk.putInt((int) crc.getValue());
        int header = 8 + 25;
        return ByteBuffer.allocate(png.length + chunk.capacity())
                .put(png, 0, header)
                .put(chunk.array())
                .put(png, header, png.length - header)
                .array();
    }

    /** Of 16x8 pixels, red where it is bright: a VP8L stream of one bit a pixel, and a chunk EXIF behind it. */
    private static byte[] webP(int orientation) {
        BitSet bits = new BitSet();
        // Bits, the lowest first: width and height less one, no alpha, version, neither transforms, cache nor further
        // codes; of green,
        // red, blue, alpha and distance the one or two levels that there are.
        int[][] fields = {
            {15, 14}, {7, 14}, {0, 1}, {0, 3}, {0, 1}, {0, 1}, {0, 1}, {1, 1}, {0, 1}, {0, 1}, {0, 1}, {1, 1}, {1, 1},
            {0, 1}, {0, 1}, {255, 8}, {1, 1}, {0, 1}, {0, 1}, {0, 1}, {1, 1}, {0, 1}, {1, 1}, {255, 8}, {1, 1}, {0, 1},
            {0, 1}, {0, 1}
        };
        int at = 0;
        for (int[] field : fields) {
            for (int bit = 0; bit < field[1]; bit++) {
                bits.set(at++, (field[0] >> bit & 1) == 1);
            }
        }
        for (int pixel = 0; pixel < 16 * 8; pixel++) {
            bits.set(at++, pixel % 16 >= 8);
        }
        byte[] stream = Arrays.copyOf(bits.toByteArray(), (at + 7) / 8 + 2 & ~1);
        ByteBuffer vp8l =
                ByteBuffer.allocate(stream.length + 1).put((byte) 0x2f).put(stream);
        int hasExif = 8;
        byte[] extended = {(byte) hasExif, 0, 0, 0, 15, 0, 0, 7, 0, 0};
        ByteBuffer file = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes()).putInt(0).put("WEBP".getBytes());
        chunk(file, "VP8X", extended);
        chunk(file, "VP8L", vp8l.array());
        chunk(file, "EXIF", exif(orientation));
        file.putInt(4, file.position() - 8);
        return Arrays.copyOf(file.array(), file.position());
    }

    private static void chunk(ByteBuffer file, String name, byte[] content) {
        file.put(name.getBytes()).putInt(content.length).put(content);
        if (content.length % 2 == 1) {
            file.put((byte) 0);
        }
    }

    /** A JPEG with another segment behind its first two bytes. */
    private static byte[] inserted(byte[] jpeg, byte[] segment) {
        ByteArrayOutputStream with = new ByteArrayOutputStream();
        with.write(jpeg, 0, 2);
        with.writeBytes(segment);
        with.write(jpeg, 2, jpeg.length - 2);
        return with.toByteArray();
    }

    /** Where the bright half is after turning. */
    @ParameterizedTest
    @CsvSource({
        "1, 8, 16, right",
        "2, 8, 16, left",
        "3, 8, 16, left",
        "4, 8, 16, right",
        "5, 16, 8, bottom",
        "6, 16, 8, bottom",
        "7, 16, 8, top",
        "8, 16, 8, top"
    })
    void photographsStandUprightAsTheirExifOrientationSays(int orientation, int height, int width, String bright)
            throws IOException {
        Picture picture = DECODER.decode(jpeg(orientation));
        assertEquals(height, picture.height());
        assertEquals(width, picture.width());
        int y =
                switch (bright) {
                    case "top" -> 1;
                    case "bottom" -> height - 2;
                    default -> height / 2;
                };
        int x =
                switch (bright) {
                    case "left" -> 1;
                    case "right" -> width - 2;
                    default -> width / 2;
                };
        assertTrue((picture.levels()[y * width + x] & 0xff) > 200, bright + " is bright");
        assertTrue((picture.levels()[(height - 1 - y) * width + width - 1 - x] & 0xff) < 55, "the other half is dark");
    }

    @Test
    void picturesOfOtherFormatsStandUprightToo() throws IOException {
        for (byte[] encoded : List.of(png(6), webP(6))) {
            Picture picture = DECODER.decode(encoded);
            assertEquals(16, picture.height());
            assertEquals(8, picture.width());
            assertEquals((byte) 255, picture.levels()[14 * 8 + 4], "the bottom is bright");
            assertEquals(0, picture.levels()[8 + 4], "the top is dark");
        }
        assertEquals(16, DECODER.decode(webP(1)).width());
    }

    /** Text of 64 MiB in 64 kB of the file, which nobody asks for. */
    @Test
    void packedMetadataIsLeftPacked() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write(new byte[] {'t', 0, 0});
        try (DeflaterOutputStream packed = new DeflaterOutputStream(text)) {
            packed.write(new byte[64 << 20]);
        }
        byte[] bomb = withChunk(png(6), "zTXt", text.toByteArray());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        DECODER.decode(bomb);
        long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals(16, DECODER.decode(bomb).height(), "its EXIF is read");
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 8 << 20, () -> allocated + " bytes of memory for " + bomb.length);
    }

    /** Adobe's JPEGs store inks inverted: this is cyan without anything else. */
    private static byte[] inks() throws IOException {
        WritableRaster inks = Raster.createInterleavedRaster(0, 16, 16, 4, null);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                inks.setPixel(x, y, new int[] {0, 255, 255, 255});
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(new IIOImage(inks, null, null));
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    @Test
    void fourInksBecomeThreeColours() throws IOException {
        Picture picture = DECODER.decode(inserted(inks(), ADOBE));
        assertEquals(3, picture.channels());
        int size = 16 * 16;
        int[] colour = {picture.levels()[0] & 0xff, picture.levels()[size] & 0xff, picture.levels()[2 * size] & 0xff};
        assertTrue(colour[0] < 60 && colour[1] > 120 && colour[2] > 180, "cyan is " + Arrays.toString(colour));
    }

    @Test
    void aJpegOfFourChannelsWithoutAWordIsNotGuessed() throws IOException {
        assertEquals("a JPEG of four channels that does not say what they are", reason(inks()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gif", "bmp"})
    void otherFormatsKeepTheirColours(String format) throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_RGB);
        int[] colours = {0x102030, 0x405060, 0x336699};
        image.setRGB(0, 0, 3, 1, colours, 0, 3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out));
        assertArrayEquals(
                new byte[] {0x10, 0x40, 0x33, 0x20, 0x50, 0x66, 0x30, 0x60, (byte) 0x99},
                DECODER.decode(out.toByteArray()).levels());
    }

    /** White, and 15, 16, 17 of 31 levels each, or 15 of 31, 31 of 63, 16 of 31: levels by PIL's rule, as level * 255 / 31. */
    @ParameterizedTest
    @CsvSource({"15, 7fff, 3e11, 131, 139", "16, ffff, 7bf0, 125, 131"})
    void ofBitmapsWithSixteenBitsAPixelWhiteIsWhite(int bits, String white, String other, int green, int blue)
            throws IOException {
        ByteBuffer bmp = ByteBuffer.allocate(14 + 40 + 12 + 4).order(ByteOrder.LITTLE_ENDIAN);
        bmp.put(new byte[] {'B', 'M'}).putInt(bmp.capacity()).putInt(0).putInt(66);
        // Width, height, planes, bits a pixel; the colours' bits are given by masks.
        bmp.putInt(40)
                .putInt(2)
                .putInt(1)
                .putShort((short) 1)
                .putShort((short) 16)
                .putInt(3);
        bmp.position(54);
        for (int mask : bits == 15 ? new int[] {0x7c00, 0x3e0, 0x1f} : new int[] {0xf800, 0x7e0, 0x1f}) {
            bmp.putInt(mask);
        }
        bmp.putShort((short) Integer.parseInt(white, 16)).putShort((short) Integer.parseInt(other, 16));
        assertArrayEquals(
                new byte[] {(byte) 255, 123, (byte) 255, (byte) green, (byte) 255, (byte) blue},
                DECODER.decode(bmp.array()).levels());
    }

    /** One pixel each: with losses and without. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
                "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
            })
    void webPIsDecoded(String base64) throws IOException {
        Picture picture = DECODER.decode(Base64.getDecoder().decode(base64));
        assertEquals(1, picture.height());
        assertEquals(1, picture.width());
    }

    @Test
    void whatIsNoPictureIsSaidToBeNone() {
        assertEquals("the file is empty", reason(new byte[0]));
        assertEquals("no picture in a format that is known here", reason("hello".getBytes()));
    }

    /** The reader left the rest black. */
    @ParameterizedTest
    @CsvSource({
        "image-lossy-method4.webp, 30",
        "image-lossy-method4.webp, 60",
        "image-lossy-method4.webp, 90",
        "image-lossy-method4.webp, 99",
        "image-lossy-raw-alpha.webp, 50"
    })
    void aWebPThatIsCutOffIsNotHalfTaken(String file, int percent) throws IOException {
        byte[] whole = golden(file);
        String reason = reason(Arrays.copyOf(whole, whole.length * percent / 100));
        assertTrue(reason.startsWith("it is damaged or cut off: "), reason);
    }

    /** It was taken as opaque: what shows through was what nobody sees. */
    @Test
    void aWebPWhoseTransparencyIsNotReadIsRefusedWhereItMatters() throws IOException {
        byte[] file = golden("image-lossy-raw-alpha.webp");
        String reason = reason(file);
        assertTrue(reason.contains("transparency is not compressed"), reason);
        assertEquals(
                3,
                new PictureDecoder(PictureDecoder.NO_TRANSPARENCY).decode(file).channels());
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = PictureDecoderTest.class.getResourceAsStream("/golden/" + name)) {
            return in.readAllBytes();
        }
    }

    /** The JDK's reader of JPEG fills what is missing with grey, and only warns. */
    @ParameterizedTest
    @CsvSource({
        "png, 50", "png, 99", "jpg, 30", "jpg, 50", "jpg, 90", "jpg, 99", "gif, 50", "gif, 99", "bmp, 50", "bmp, 99"
    })
    void aPictureThatIsCutOffIsNotHalfTaken(String format, int percent) throws IOException {
        byte[] whole = encoded(format, noise());
        DECODER.decode(whole);
        String reason = reason(Arrays.copyOf(whole, whole.length * percent / 100));
        assertTrue(reason.startsWith("it is damaged or cut off: "), reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 60, 90, 99})
    void aProgressiveOneThatIsCutOffIsNotTakenBlurred(int percent) throws IOException {
        byte[] whole = golden("image-progressive.jpg");
        DECODER.decode(whole);
        String reason = reason(Arrays.copyOf(whole, whole.length * percent / 100));
        assertTrue(reason.startsWith("it is damaged or cut off: "), reason);
    }

    /** As an interrupted copy leaves it that went on in another place. */
    @Test
    void aJpegWithAHoleIsNotTaken() throws IOException {
        byte[] whole = encoded("jpg", noise());
        byte[] hole = new byte[whole.length / 2 + 2];
        System.arraycopy(whole, 0, hole, 0, whole.length / 2);
        System.arraycopy(whole, whole.length - 2, hole, whole.length / 2, 2);
        String reason = reason(hole);
        assertTrue(reason.contains("premature end of data segment"), reason);
    }

    /** Cameras fill up the last block of a file. */
    @Test
    void aJpegWithBytesBehindItsEndIsTaken() throws IOException {
        byte[] whole = encoded("jpg", noise());
        assertArrayEquals(
                DECODER.decode(whole).levels(),
                DECODER.decode(Arrays.copyOf(whole, whole.length + 512)).levels());
    }

    private static byte[] encoded(String format, BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out), format);
        return out.toByteArray();
    }

    /** Every row takes some of the file. */
    private static BufferedImage noise() {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < 64 * 64; i++) {
            image.setRGB(i % 64, i / 64, random.nextInt());
        }
        return image;
    }

    /** A PNG whose header promises more pixels than fit into any memory. */
    @Test
    void thePixelsAreCountedBeforeMemoryIsTaken() throws IOException {
        byte[] bomb = png(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB));
        for (int at : new int[] {16, 20}) {
            bomb[at] = 0x00;
            bomb[at + 1] = (byte) 0x7f;
        }
        CRC32 crc = new CRC32();
        crc.update(bomb, 12, 17);
        for (int i = 0; i < 4; i++) {
            bomb[29 + i] = (byte) (crc.getValue() >> 8 * (3 - i));
        }
        String reason = reason(bomb);
        assertTrue(reason.contains("pixels, more than 100000000 in all"), reason);
    }

    @Test
    void coloursStayAsTheyAreWhereTransparencyIsLeftOut() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00102030);
        image.setRGB(1, 0, 0x80405060);

        Picture picture = new PictureDecoder(PictureDecoder.NO_TRANSPARENCY).decode(png(image));

        assertArrayEquals(new byte[] {0x10, 0x40, 0x20, 0x50, 0x30, 0x60}, picture.levels());
    }

    @Test
    void aPictureIsGreyIfAllItsChannelsAreAlike() {
        assertTrue(new Picture(new byte[] {1, 2, 1, 2, 1, 2}, 3, 1, 2).isGrey());
        assertTrue(new Picture(new byte[] {1, 2}, 1, 1, 2).isGrey());
        assertFalse(new Picture(new byte[] {1, 2, 1, 3, 1, 2}, 3, 1, 2).isGrey());
        assertFalse(new Picture(new byte[] {1, 2, 1, 2, 1, 3}, 3, 1, 2).isGrey());
    }
}
