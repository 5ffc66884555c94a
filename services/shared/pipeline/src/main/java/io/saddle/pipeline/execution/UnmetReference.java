package io.saddle.pipeline.execution;

/** A reference to an output that no step has made; the message says which there are. */
final class UnmetReference extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnmetReference(String message) {
        super(message);
    }
}
