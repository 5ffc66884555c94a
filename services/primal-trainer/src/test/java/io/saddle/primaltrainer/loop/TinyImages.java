package io.saddle.primaltrainer.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Forty 8x8 images in the IDX format: dark ones with label 0, and every fourth one bright with label 1. */
final class TinyImages {

    private static final int COUNT = 40;
    private static final int SIZE = 8;

    private TinyImages() {}

    /** Writes the files {@code images} and {@code labels}. */
    static void write(Path folder) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + COUNT * SIZE * SIZE)
                .putInt(0x803)
                .putInt(COUNT)
                .putInt(SIZE)
                .putInt(SIZE);
        ByteBuffer labels = ByteBuffer.allocate(8 + COUNT).putInt(0x801).putInt(COUNT);
        for (int i = 0; i < COUNT; i++) {
            int label = i % 4 == 0 ? 1 : 0;
            labels.put((byte) label);
            for (int pixel = 0; pixel < SIZE * SIZE; pixel++) {
                images.put((byte) (label * 150 + (i * 7 + pixel * 3) % 60));
            }
        }
        Files.write(folder.resolve("images"), images.array());
        Files.write(folder.resolve("labels"), labels.array());
    }
}
