package io.saddle.dataset;

import java.io.IOException;

/** A data set that cannot be read, or not as it is: names the file, what was expected and what was found. */
public final class DataSetException extends IOException {

    private static final long serialVersionUID = 1;

    public DataSetException(String message) {
        super(message);
    }

    public DataSetException(String message, Throwable cause) {
        super(message, cause);
    }
}
