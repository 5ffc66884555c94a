package io.saddle.dataimport.source;

import io.saddle.dataimport.picture.Picture;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.picture.UnreadablePictureException;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A picture as a source has it.
 *
 * @param name where it is in the source, for a person
 * @param content decoded when it is asked for, by any thread
 * @param values by column, in the order that the columns are to have
 */
public record SourcePicture(String name, Content content, Map<String, String> values) {

    /** The picture, still to be decoded. */
    @FunctionalInterface
    public interface Content {
        /**
         * @throws UnreadablePictureException if it cannot be decoded; the message is the reason, without the picture's name
         * @throws IOException if the source cannot be read, which says nothing of the picture; the message names the place
         */
        Picture decode(PictureDecoder decoder) throws IOException;
    }

    public SourcePicture {
        // In their order: that of the columns.
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
