package io.saddle.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;

/** Held while a stack is changed, so that two commands at once do not start it twice; the second waits. */
final class StackLock implements AutoCloseable {

    private static final long RETRY_MILLIS = 200;

    private final FileChannel channel;

    private StackLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Empty while another command holds it. */
    static Optional<StackLock> ifFree(Home home) {
        try {
            FileChannel channel = FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel)) {
                return Optional.of(new StackLock(channel));
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw new StackException(home.lock() + " cannot be locked: " + e.getMessage(), e);
        }
    }

    static StackLock acquire(Home home, Consumer<String> progress) {
        try {
            Files.createDirectories(home.folder());
            FileChannel channel = FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                progress.accept("another command changes this stack: waiting for it");
                while (!tryLock(channel)) {
                    Thread.sleep(RETRY_MILLIS);
                }
            }
            return new StackLock(channel);
        } catch (IOException e) {
            throw new StackException(home.lock() + " cannot be locked: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackException("interrupted while waiting for another command", e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldInThisJvm) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StackException("the stack's lock cannot be released: " + e.getMessage(), e);
        }
    }
}
