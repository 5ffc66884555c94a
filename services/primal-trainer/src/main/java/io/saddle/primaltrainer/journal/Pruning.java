package io.saddle.primaltrainer.journal;

import java.io.IOException;

/** A removal of old files. */
@FunctionalInterface
public interface Pruning {
    void prune() throws IOException;
}
