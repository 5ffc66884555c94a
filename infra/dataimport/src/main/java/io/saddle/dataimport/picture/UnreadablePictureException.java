package io.saddle.dataimport.picture;

import java.io.IOException;

/** A picture that cannot be decoded; the message is the reason, without the picture's name. */
public final class UnreadablePictureException extends IOException {

    private static final long serialVersionUID = 1;

    public UnreadablePictureException(String reason) {
        super(reason);
    }

    public UnreadablePictureException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
