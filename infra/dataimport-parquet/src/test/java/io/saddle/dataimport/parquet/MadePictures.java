package io.saddle.dataimport.parquet;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Small pictures, all different. */
final class MadePictures {

    static final int COUNT = 24;
    private static final int SIDE = 8;

    private MadePictures() {}

    static byte[] png(int i) {
        SplittableRandom random = new SplittableRandom(i);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < SIDE * SIDE; p++) {
            image.setRGB(p % SIDE, p / SIDE, random.nextInt(1 << 24));
        }
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<byte[]> all() {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            all.add(png(i));
        }
        return all;
    }

    static long label(int i) {
        return i % 4;
    }

    static boolean smiles(int i) {
        return i % 3 == 0;
    }
}
