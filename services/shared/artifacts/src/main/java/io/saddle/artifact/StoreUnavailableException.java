package io.saddle.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A store that is away while something is looked up for a check. It is not checked, so that it passes those who take what an I/O error says
 * for a mistake in what they look at: whoever asked asks again.
 */
public final class StoreUnavailableException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    /** What is looked up in a store. */
    @FunctionalInterface
    public interface LookUp<T> {
        T get() throws IOException;
    }

    private StoreUnavailableException(ArtifactException why) {
        super(why.getMessage(), why);
    }

    /**
     * The answer.
     *
     * @throws IOException if the store has answered, and that was wrong
     * @throws StoreUnavailableException if it has not
     */
    public static <T> T answer(LookUp<T> lookUp) throws IOException {
        try {
            return lookUp.get();
        } catch (IOException e) {
            letThrough(e);
            throw e;
        }
    }

    /** @throws StoreUnavailableException if this is why something has failed */
    public static void letThrough(Exception failure) {
        ArtifactException.unavailable(failure).ifPresent(away -> {
            throw new StoreUnavailableException(away);
        });
    }
}
