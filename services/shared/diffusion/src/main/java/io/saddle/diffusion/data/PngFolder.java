package io.saddle.diffusion.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * The PNG files of a folder and the folders in it, in the order of their names.
 *
 * @param files never empty
 */
public record PngFolder(Path folder, List<Path> files) {

    private static final String SUFFIX = ".png";

    /**
     * One image.
     *
     * @param levels [channels, height, width] of 0..255
     * @param channels 1 where all pixels are grey, else 3
     */
    public record Image(byte[] levels, int channels, int height, int width) {
        /** True if another image has the same shape. */
        public boolean isLike(Image other) {
            return channels == other.channels && height == other.height && width == other.width;
        }
    }

    /**
     * Lists a folder.
     *
     * @throws IOException if it is no folder or has no PNG in it
     */
    public static PngFolder open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder + ": no such folder");
        }
        List<Path> found;
        try (Stream<Path> files = Files.walk(folder)) {
            found = files.filter(
                            file -> file.toString().toLowerCase(Locale.ROOT).endsWith(SUFFIX))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
        if (found.isEmpty()) {
            throw new IOException(folder + ": no .png file in this folder or below it");
        }
        return new PngFolder(folder, found);
    }

    /**
     * Reads one PNG: grey, RGB or palette of at most 8 bits a channel. Transparency is left out, as PIL's {@code convert("RGB")}
     * does.
     *
     * @throws IOException naming the file and what is wrong with it
     */
    public static Image read(Path file) throws IOException {
        BufferedImage image;
        try (InputStream in = Files.newInputStream(file)) {
            image = ImageIO.read(in);
        } catch (IOException | RuntimeException e) {
            throw new IOException(file + ": it is damaged or no PNG: " + e.getMessage(), e);
        }
        if (image == null) {
            throw new IOException(file + ": no PNG");
        }
        int bits = image.getColorModel().getComponentSize(0);
        if (bits > 8) {
            throw new IOException(file + ": it has " + bits + " bits a channel; save it with 8");
        }
        return image.getColorModel() instanceof IndexColorModel
                        || image.getRaster().getNumBands() >= 3
                ? colour(image)
                : grey(image.getRaster());
    }

    /** From the raster: the image's own conversion would bend the levels by a gamma curve. */
    private static Image grey(Raster raster) {
        int width = raster.getWidth();
        byte[] levels = new byte[raster.getHeight() * width];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) raster.getSample(i % width, i / width, 0);
        }
        return new Image(levels, 1, raster.getHeight(), width);
    }

    private static Image colour(BufferedImage image) {
        int width = image.getWidth();
        int size = image.getHeight() * width;
        boolean palette = image.getColorModel() instanceof IndexColorModel;
        byte[] levels = new byte[3 * size];
        boolean grey = true;
        for (int i = 0; i < size; i++) {
            for (int c = 0; c < 3; c++) {
                levels[c * size + i] = (byte)
                        (palette
                                ? image.getRGB(i % width, i / width) >> 8 * (2 - c)
                                : image.getRaster().getSample(i % width, i / width, c));
            }
            grey &= levels[i] == levels[size + i] && levels[i] == levels[2 * size + i];
        }
        return grey
                ? new Image(Arrays.copyOf(levels, size), 1, image.getHeight(), width)
                : new Image(levels, 3, image.getHeight(), width);
    }
}
