package io.saddle.dataimport.source;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * A source that cannot be read now, which says nothing of what is in it: a disk that is away, a right that is missing. Names the
 * place and the remedy. What was done of the source is kept.
 */
public final class SourceAwayException extends IOException {

    private static final long serialVersionUID = 1;

    /** @param place the file and where in it, for a person */
    public SourceAwayException(Object place, IOException why) {
        super(place + " cannot be read now: " + reason(why) + "; mend that and start again, which goes on here", why);
    }

    /** Of some the message is the file's name alone. */
    private static String reason(IOException why) {
        if (why instanceof AccessDeniedException) {
            return "this user may not read it";
        }
        if (why instanceof NoSuchFileException) {
            return "it is not there any more";
        }
        if (why instanceof FileSystemException known && known.getReason() != null) {
            return known.getReason();
        }
        return why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    }

    /** @throws SourceAwayException if this is why something has failed, whoever has wrapped it */
    public static void letThrough(Throwable failure) throws SourceAwayException {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SourceAwayException away) {
                throw away;
            }
        }
    }
}
