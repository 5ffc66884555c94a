package io.saddle.diffusion.torch;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is opened one after the other to be kept together: if one of them fails, those before it are closed, the last one first. */
public final class Openings implements AutoCloseable {

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Takes what has been opened. */
    public <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /** All of them are there, and stay open: their owner closes them. */
    public <T> T keep(T owner) {
        opened.clear();
        return owner;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                failure = new IllegalStateException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
