package io.saddle.dataimport.source;

import io.saddle.dataimport.picture.UnreadablePictureException;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Named files: of a folder, or of an archive that can be read in any order. */
interface Tree extends Closeable {

    /** What it is, for a person. */
    String address();

    /** Paths with '/', sorted; hidden ones left out. */
    List<String> files();

    /**
     * The content of one of them; may be called by several threads at once.
     *
     * @param tooLarge what is said of one that has more than {@link SafeNames#MOST_BYTES}, behind its name
     * @throws UnreadablePictureException if it can never be read; the message is the reason, without the file's name
     * @throws SourceAwayException if it cannot be read now
     */
    byte[] read(String file, String tooLarge) throws IOException;

    @Override
    default void close() throws IOException {}
}
