package io.saddle.console;

import io.saddle.schema.DataSet;
import java.time.Instant;

/**
 * A version of a data set as the list shows it.
 *
 * @param images their number; each has channels, height and width
 * @param skipped number of pictures that could not be read
 * @param preview whether it has a picture of some of its images
 */
record DataSetSummary(
        String name,
        int version,
        long images,
        int channels,
        int height,
        int width,
        long skipped,
        boolean preview,
        Instant importedAt) {

    static DataSetSummary of(DataSet set) {
        return new DataSetSummary(
                set.getName(),
                set.getVersion(),
                set.getImages(),
                set.getChannels(),
                set.getHeight(),
                set.getWidth(),
                set.getSkipped(),
                set.getPreview() != null,
                set.getImportedAt());
    }
}
