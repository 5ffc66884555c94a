package io.saddle.dataimport.picture;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongConsumer;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes what Java's ImageIO and its plug-ins can: JPEG (CMYK, too), PNG, WebP, GIF, BMP. Levels are taken from the raster, since the
 * images' own conversion bends grey ones by a gamma curve; of 16 bits the upper eight count, fewer than eight are spread over 0 to 255, as
 * PIL has it. Thread-safe.
 *
 * @param background 0..255: what shows through transparent pixels; or {@link #NO_TRANSPARENCY}
 * @param announced told of the number of a picture's pixels before memory is taken for them; may wait
 */
public record PictureDecoder(int background, LongConsumer announced) {

    /** The most pixels of a picture: memory is taken after a look at its header only. */
    public static final long MOST_PIXELS = 100_000_000;

    /** In place of a background: colours stay as they are however transparent they are, as PIL's {@code convert("RGB")} leaves them. */
    public static final int NO_TRANSPARENCY = -1;

    /** Channels of a JPEG that the JDK's reader leaves as inks, and the next one makes colours of. */
    private static final int INKS = 4;

    /**
     * What libjpeg, within the JDK's reader, says of rows that were not there: it makes them grey, and its reader a warning. Of what it says besides
     * (such as bytes too many before a marker) no pixel is missing.
     */
    private static final List<String> MISSING_ROWS = List.of("Truncated File", "premature end of data segment");

    /** Tells nobody of sizes. */
    public PictureDecoder(int background) {
        this(background, pixels -> {});
    }

    /**
     * Decodes a picture, upright as its EXIF orientation says.
     *
     * @param encoded a file's content
     * @throws UnreadablePictureException for what is no picture, is cut off or damaged, or too large
     */
    public Picture decode(byte[] encoded) throws UnreadablePictureException {
        return decode(encoded, MOST_PIXELS);
    }

    /** As {@link #decode(byte[])}, with another limit in place of {@link #MOST_PIXELS}. */
    Picture decode(byte[] encoded, long mostPixels) throws UnreadablePictureException {
        List<ImageReader> readers = readers(encoded);
        if (readers.isEmpty()) {
            throw new UnreadablePictureException(
                    encoded.length == 0 ? "the file is empty" : "no picture in a format that is known here");
        }
        if (WebPFile.is(encoded)) {
            requireReadable(WebPFile.of(encoded));
        }
        UnreadablePictureException first = null;
        try {
            for (ImageReader reader : readers) {
                try (ImageInputStream in = stream(encoded)) {
                    BufferedImage image = read(reader, in, mostPixels);
                    if (!isJpeg(encoded) || image.getRaster().getNumBands() < INKS) {
                        return picture(image).upright(ExifOrientation.of(encoded));
                    }
                } catch (UnreadablePictureException e) {
                    throw e;
                } catch (IOException | RuntimeException e) {
                    if (first == null) {
                        first = new UnreadablePictureException("it is damaged or cut off: " + reason(e), e);
                    }
                }
            }
        } finally {
            readers.forEach(ImageReader::dispose);
        }
        throw first == null
                ? new UnreadablePictureException("a JPEG of four channels that does not say what they are")
                : first;
    }

    private void requireReadable(WebPFile file) throws UnreadablePictureException {
        if (!file.whole()) {
            throw new UnreadablePictureException("it is damaged or cut off: a part of it ends behind the file");
        }
        if (file.hasRawAlpha() && background != NO_TRANSPARENCY) {
            throw new UnreadablePictureException(
                    "a WebP whose transparency is not compressed, which cannot be read" + " here: save it as PNG");
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getMessage().replaceAll("\\s+", " ");
    }

    /** The JDK's first: they decode to the pixels that PIL sees, of all but inks. */
    private static List<ImageReader> readers(byte[] encoded) throws UnreadablePictureException {
        List<ImageReader> readers = new ArrayList<>();
        try (ImageInputStream in = stream(encoded)) {
            ImageIO.getImageReaders(in).forEachRemaining(readers::add);
        } catch (IOException e) {
            throw new UnreadablePictureException(reason(e), e);
        }
        readers.sort(Comparator.comparing(reader -> !reader.getClass().getName().startsWith("com.sun.")));
        return readers;
    }

    private static ImageInputStream stream(byte[] encoded) {
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded));
    }

    private BufferedImage read(ImageReader reader, ImageInputStream in, long mostPixels) throws IOException {
        reader.setInput(in, true, true);
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width * height > mostPixels) {
            throw new UnreadablePictureException(
                    "it has " + width + "x" + height + " pixels, more than " + mostPixels + " in all");
        }
        announced.accept(width * height);
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((from, warning) -> warnings.add(warning));
        BufferedImage image = reader.read(0);
        for (String warning : warnings) {
            if (MISSING_ROWS.stream().anyMatch(warning::contains)) {
                throw new IIOException(warning);
            }
        }
        return image;
    }

    private static boolean isJpeg(byte[] encoded) {
        return encoded.length > 1 && (encoded[0] & 0xff) == 0xff && (encoded[1] & 0xff) == 0xd8;
    }

    private Picture picture(BufferedImage image) {
        return image.getColorModel() instanceof IndexColorModel palette
                ? indexed(image.getRaster(), palette)
                : direct(image.getRaster(), image.getColorModel().getComponentSize());
    }

    /** @param bits of each band */
    private Picture direct(Raster raster, int[] bits) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        int channels = bands < 3 ? 1 : 3;
        boolean alpha = bands == 2 || bands > 3;
        byte[] levels = new byte[Math.multiplyExact(channels, width * height)];
        int[] line = new int[width * bands];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, line);
            for (int x = 0; x < width; x++) {
                int opacity = alpha ? level(line[x * bands + channels], bits[channels]) : 255;
                for (int c = 0; c < channels; c++) {
                    levels[(c * height + y) * width + x] = blended(level(line[x * bands + c], bits[c]), opacity);
                }
            }
        }
        return new Picture(levels, channels, height, width);
    }

    /** 0..255; of five bits level * 255 / 31, rounded down. */
    private static int level(int level, int bits) {
        return bits >= 8 ? level >> bits - 8 : level * 255 / ((1 << bits) - 1);
    }

    private Picture indexed(Raster raster, IndexColorModel palette) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int[] colours = new int[palette.getMapSize()];
        palette.getRGBs(colours);
        int channels = 1;
        for (int colour : colours) {
            boolean grey = (colour & 0xff) == (colour >> 8 & 0xff) && (colour & 0xff) == (colour >> 16 & 0xff);
            channels = grey ? channels : 3;
        }
        byte[] levels = new byte[Math.multiplyExact(channels, width * height)];
        int[] line = new int[width];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, line);
            for (int x = 0; x < width; x++) {
                int colour = colours[line[x]];
                for (int c = 0; c < channels; c++) {
                    int level = colour >> 8 * (channels - 1 - c) & 0xff;
                    levels[(c * height + y) * width + x] = blended(level, colour >>> 24);
                }
            }
        }
        return new Picture(levels, channels, height, width);
    }

    private byte blended(int level, int opacity) {
        return (byte)
                (opacity == 255 || background == NO_TRANSPARENCY
                        ? level
                        : (level * opacity + background * (255 - opacity) + 127) / 255);
    }
}
