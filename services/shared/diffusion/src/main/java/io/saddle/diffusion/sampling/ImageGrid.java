package io.saddle.diffusion.sampling;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Draws images side by side as a PNG. */
public final class ImageGrid {
    private static final int GAP = 1;
    private static final int BACKGROUND = 0x202020;

    private ImageGrid() {}

    /** Whether images of as many channels can be drawn: grey ones and RGB. */
    public static boolean canDraw(int channels) {
        return channels == 1 || channels == 3;
    }

    /** Pixels of the PNG of a grid. */
    public static long pixels(int images, int columns, int height, int width, int scale) {
        int across = Math.min(columns, images);
        long down = (images + across - 1) / across;
        return (across * (width + GAP * 1L) + GAP) * scale * (down * (height + GAP) + GAP) * scale;
    }

    /**
     * @param images grey (1 channel) or RGB (3 channels), -1..1; values outside are clipped
     * @param columns images in a row; the last row may be shorter
     * @param scale width and height of one pixel in the PNG
     * @return the PNG file
     */
    public static byte[] png(ImageBatch images, int columns, int scale) {
        if (!canDraw(images.channels())) {
            throw new IllegalArgumentException("only 1 or 3 channels can be drawn, not " + images.channels());
        }
        if (columns < 1 || scale < 1 || images.count() < 1) {
            throw new IllegalArgumentException(
                    "images, columns and scale must be >= 1, were " + images.count() + ", " + columns + ", " + scale);
        }
        int across = Math.min(columns, images.count());
        int down = (images.count() + across - 1) / across;
        int width = across * (images.width() + GAP) + GAP;
        int height = down * (images.height() + GAP) + GAP;
        BufferedImage canvas = new BufferedImage(width * scale, height * scale, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height * scale; y++) {
            for (int x = 0; x < width * scale; x++) {
                canvas.setRGB(x, y, colour(images, across, x / scale, y / scale));
            }
        }
        return written(canvas);
    }

    /** The levels of one image as a PNG file, grey where it has one channel. */
    public static byte[] png(ImageBatch images, int index) {
        boolean grey = images.channels() == 1;
        BufferedImage canvas = new BufferedImage(
                images.width(), images.height(), grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        // The raster: setRGB would take grey for linear light.
        for (int y = 0; y < images.height(); y++) {
            for (int x = 0; x < images.width(); x++) {
                for (int channel = 0; channel < images.channels(); channel++) {
                    canvas.getRaster().setSample(x, y, channel, level(images, index, channel, x, y));
                }
            }
        }
        return written(canvas);
    }

    private static byte[] written(BufferedImage canvas) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(canvas, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static int colour(ImageBatch images, int across, int x, int y) {
        int column = (x - GAP) / (images.width() + GAP);
        int row = (y - GAP) / (images.height() + GAP);
        int innerX = x - GAP - column * (images.width() + GAP);
        int innerY = y - GAP - row * (images.height() + GAP);
        int index = row * across + column;
        boolean gap = innerX < 0 || innerY < 0 || innerX >= images.width() || innerY >= images.height();
        if (gap || column >= across || index >= images.count()) {
            return BACKGROUND;
        }
        int red = level(images, index, 0, innerX, innerY);
        if (images.channels() == 1) {
            return red << 16 | red << 8 | red;
        }
        return red << 16 | level(images, index, 1, innerX, innerY) << 8 | level(images, index, 2, innerX, innerY);
    }

    private static int level(ImageBatch images, int index, int channel, int x, int y) {
        int position = ((index * images.channels() + channel) * images.height() + y) * images.width() + x;
        return images.level(position);
    }
}
