package io.saddle.model.training;

import java.io.IOException;

/**
 * A run's specification that is wrong, or does not fit the data that it names: not the fault of the machine that found it. Other
 * exceptions of its kind may come of anything, such as a setting or a library of that machine.
 */
public final class UnfitRunException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** What takes nothing but a specification and its data. */
    @FunctionalInterface
    public interface Reading<T> {
        T read() throws IOException;
    }

    UnfitRunException(String message) {
        super(message);
    }

    private UnfitRunException(IllegalArgumentException cause) {
        super(cause.getMessage(), cause);
    }

    /** What a reading comes to, of which whatever is refused is the run's fault. */
    public static <T> T unlessRefused(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (UnfitRunException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new UnfitRunException(e);
        }
    }
}
