package io.saddle.dataimport;

import io.saddle.dataimport.picture.Picture;
import io.saddle.dataimport.picture.Resampling;
import io.saddle.dataset.Column;
import io.saddle.dataset.DataSetFolder;
import io.saddle.dataset.DataSetManifest;
import io.saddle.dataset.MappedImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;

/**
 * A picture of a few images: a row of the first {@value #COLUMNS} of each of the first {@value #MOST_ROWS} classes, else two rows
 * from all over the data set. Depends on the images and their classes alone.
 */
final class Preview {

    static final int COLUMNS = 8;
    static final int MOST_ROWS = 20;

    /** The most pixels of an image's longer side. */
    static final int MOST_SIDE = 64;

    private static final int GAP = 2;
    private static final int PAPER = 0xffffff;
    private static final int ROWS_WITHOUT_CLASSES = 2;

    private Preview() {}

    /** Writes {@value DataSetManifest#PREVIEW} beside the manifest. */
    static void write(DataSetFolder set) throws IOException {
        DataSetManifest manifest = set.manifest();
        List<long[]> rows = rows(set);
        double scale = Math.min(1, (double) MOST_SIDE / Math.max(manifest.height(), manifest.width()));
        int height = Math.max(1, (int) Math.round(scale * manifest.height()));
        int width = Math.max(1, (int) Math.round(scale * manifest.width()));
        BufferedImage sheet = new BufferedImage(
                COLUMNS * (width + GAP) - GAP, rows.size() * (height + GAP) - GAP, BufferedImage.TYPE_INT_RGB);
        int[] blank = new int[sheet.getWidth() * sheet.getHeight()];
        Arrays.fill(blank, PAPER);
        sheet.setRGB(0, 0, sheet.getWidth(), sheet.getHeight(), blank, 0, sheet.getWidth());
        MappedImages images = set.images();
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.get(row).length; column++) {
                byte[] levels = new byte[images.imageBytes()];
                images.read(rows.get(row)[column], levels);
                Picture picture =
                        new Picture(levels, manifest.channels(), manifest.height(), manifest.width()).withChannels(3);
                draw(
                        Resampling.BOX.resize(picture, height, width),
                        sheet,
                        column * (width + GAP),
                        row * (height + GAP));
            }
        }
        ImageIO.write(
                sheet, "png", set.folder().resolve(DataSetManifest.PREVIEW).toFile());
    }

    private static void draw(Picture picture, BufferedImage sheet, int left, int top) {
        byte[] levels = picture.levels();
        int size = picture.height() * picture.width();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int at = y * picture.width() + x;
                sheet.setRGB(
                        left + x,
                        top + y,
                        (levels[at] & 0xff) << 16 | (levels[size + at] & 0xff) << 8 | levels[2 * size + at] & 0xff);
            }
        }
    }

    /** The images of each row. */
    private static List<long[]> rows(DataSetFolder set) throws IOException {
        Optional<Column> classes =
                set.manifest().classColumn().filter(column -> !column.values().isEmpty());
        if (classes.isPresent()) {
            return firstOfEach(
                    set.values(classes.get()),
                    Math.min(MOST_ROWS, classes.get().values().size()));
        }
        long images = set.manifest().images();
        List<long[]> rows = new ArrayList<>();
        for (int row = 0; row < ROWS_WITHOUT_CLASSES; row++) {
            long first = (long) row * COLUMNS;
            long most = (long) ROWS_WITHOUT_CLASSES * COLUMNS;
            rows.add(LongStream.range(first, Math.min(first + COLUMNS, images))
                    .map(i -> images <= most ? i : i * images / most)
                    .toArray());
        }
        rows.removeIf(row -> row.length == 0);
        return rows;
    }

    private static List<long[]> firstOfEach(IntBuffer values, int classes) {
        long[][] found = new long[classes][COLUMNS];
        int[] counts = new int[classes];
        int full = 0;
        for (int i = 0; i < values.limit() && full < classes; i++) {
            int value = values.get(i);
            if (value >= 0 && value < classes && counts[value] < COLUMNS) {
                found[value][counts[value]++] = i;
                full += counts[value] == COLUMNS ? 1 : 0;
            }
        }
        List<long[]> rows = new ArrayList<>();
        for (int value = 0; value < classes; value++) {
            rows.add(Arrays.copyOf(found[value], counts[value]));
        }
        return rows;
    }
}
