package io.saddle.model.data;

import java.io.IOException;

/** A data set that a store does not have; the message says what it has. */
public final class NoSuchDataSetException extends IOException {

    private static final long serialVersionUID = 1;

    NoSuchDataSetException(String message) {
        super(message);
    }
}
