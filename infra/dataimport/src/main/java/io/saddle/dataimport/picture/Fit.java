package io.saddle.dataimport.picture;

import java.util.Locale;

/**
 * How pictures are brought to one shape.
 *
 * @param channels 1 or 3
 * @param filter for what is not of that size; null: nothing is, or it is refused
 */
public record Fit(int channels, int height, int width, Resampling filter) {

    /** Whether a picture can be brought to it. */
    public boolean takes(Picture picture) {
        return filter != null || (picture.height() == height && picture.width() == width);
    }

    /** The picture in that shape: of another size, the largest square around its centre is resized. */
    public Picture apply(Picture picture) {
        Picture coloured = picture.withChannels(channels);
        if (coloured.height() == height && coloured.width() == width) {
            return coloured;
        }
        // Grey before resizing, or colours after it: the same to a rounding; fewer channels are less work.
        return filter.resize(coloured.square(), height, width);
    }

    @Override
    public String toString() {
        String shape = channels + "x" + height + "x" + width;
        return filter == null
                ? shape
                : shape + ", centre square, " + filter.name().toLowerCase(Locale.ROOT);
    }
}
