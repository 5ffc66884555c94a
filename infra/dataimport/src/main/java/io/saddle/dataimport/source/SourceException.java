package io.saddle.dataimport.source;

import java.io.IOException;

/** A source that cannot be imported as it is: names the place and the remedy. */
public final class SourceException extends IOException {

    private static final long serialVersionUID = 1;

    public SourceException(String message) {
        super(message);
    }

    public SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
