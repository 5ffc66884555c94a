package io.saddle.diffusion.network;

/** Height and width of images, in pixels. */
public record ImageSize(int height, int width) {

    /** As many pixels high as wide. */
    public static ImageSize square(int side) {
        return new ImageSize(side, side);
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
