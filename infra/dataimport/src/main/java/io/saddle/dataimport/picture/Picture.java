package io.saddle.dataimport.picture;

import java.util.Arrays;

/**
 * A decoded picture.
 *
 * @param levels 0..255, [channels, height, width]
 * @param channels 1 (grey) or 3 (red, green, blue)
 */
public record Picture(byte[] levels, int channels, int height, int width) {

    public Picture {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("a picture has 1 or 3 channels, not " + channels);
        }
        if (levels.length != (long) channels * height * width) {
            throw new IllegalArgumentException(
                    levels.length + " levels for a picture of " + channels + "x" + height + "x" + width);
        }
    }

    /** True if all its pixels are grey, with however many channels. */
    public boolean isGrey() {
        int size = height * width;
        return channels == 1
                || Arrays.equals(levels, 0, size, levels, size, 2 * size)
                        && Arrays.equals(levels, 0, size, levels, 2 * size, 3 * size);
    }

    /** The same with so many channels: grey is repeated; colours are weighed as PIL's {@code convert("L")} does (ITU-R 601). */
    public Picture withChannels(int wanted) {
        if (wanted == channels) {
            return this;
        }
        int size = height * width;
        byte[] converted = new byte[wanted * size];
        for (int i = 0; i < size; i++) {
            if (wanted == 1) {
                int r = levels[i] & 0xff;
                int g = levels[size + i] & 0xff;
                int b = levels[2 * size + i] & 0xff;
                converted[i] = (byte) ((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16);
            } else {
                converted[i] = levels[i];
                converted[size + i] = levels[i];
                converted[2 * size + i] = levels[i];
            }
        }
        return new Picture(converted, wanted, height, width);
    }

    /** The largest square around the centre; left and top are rounded down. */
    public Picture square() {
        int side = Math.min(height, width);
        return side == height && side == width ? this : crop((height - side) / 2, (width - side) / 2, side);
    }

    private Picture crop(int top, int left, int side) {
        byte[] cut = new byte[channels * side * side];
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < side; y++) {
                System.arraycopy(levels, (c * height + top + y) * width + left, cut, (c * side + y) * side, side);
            }
        }
        return new Picture(cut, channels, side, side);
    }

    /** Turned and mirrored as an EXIF orientation (1 to 8) says; other numbers change nothing, as viewers do. */
    public Picture upright(int orientation) {
        if (orientation < 2 || orientation > 8) {
            return this;
        }
        boolean swapped = orientation > 4;
        int newHeight = swapped ? width : height;
        int newWidth = swapped ? height : width;
        byte[] turned = new byte[levels.length];
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < newHeight; y++) {
                for (int x = 0; x < newWidth; x++) {
                    int fromY =
                            switch (orientation) {
                                case 2 -> y;
                                case 3, 4 -> height - 1 - y;
                                case 5, 8 -> x;
                                default -> height - 1 - x;
                            };
                    int fromX =
                            switch (orientation) {
                                case 2, 3 -> width - 1 - x;
                                case 4 -> x;
                                case 5, 6 -> y;
                                default -> width - 1 - y;
                            };
                    turned[(c * newHeight + y) * newWidth + x] = levels[(c * height + fromY) * width + fromX];
                }
            }
        }
        return new Picture(turned, channels, newHeight, newWidth);
    }
}
