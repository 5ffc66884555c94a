package io.saddle.diffusion.torch;

/** A device that this machine does not have; another one may. */
public final class NoSuchDeviceException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    NoSuchDeviceException(String message) {
        super(message);
    }
}
