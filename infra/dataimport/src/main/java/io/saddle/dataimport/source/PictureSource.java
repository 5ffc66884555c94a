package io.saddle.dataimport.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Pictures with their values, in an order that is the same each time. Read by one thread. */
public interface PictureSource extends Closeable {

    /** Takes the pictures of a source. */
    @FunctionalInterface
    interface Visitor {
        /** @return whether it wants more */
        boolean take(SourcePicture picture) throws IOException;
    }

    /** What kind of source it is, for a person. */
    String layout();

    /** What whoever uses the pictures should know of their values. */
    default List<String> notes() {
        return List.of();
    }

    /**
     * Files of many pictures or labels that it reads; none of a folder or ZIP of pictures. They may lie beside what it was opened with,
     * which does not change with them then.
     */
    default List<Path> files() {
        return List.of();
    }

    /** Number of pictures; empty if that is known at the end only. */
    OptionalLong count();

    /**
     * Hands the pictures over, one after the other.
     *
     * @param first number of pictures that are left out at the beginning, in little time
     * @throws SourceException if the source is not what it should be, or not safe to read
     */
    void read(long first, Visitor visitor) throws IOException;

    @Override
    default void close() throws IOException {}
}
