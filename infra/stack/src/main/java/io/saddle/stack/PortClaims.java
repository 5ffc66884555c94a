package io.saddle.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Claims on free ports: a port that was found free stays so until the process that is to listen there has started, which takes
 * seconds in which another JVM may look for ports. A claim is a file lock, held until the JVM that made it ends.
 *
 * @param folder of the locks, the same for all who choose ports on this machine
 */
record PortClaims(Path folder) {

    /** Claims a port; false if anybody has claimed it before. */
    boolean claim(int port) {
        try {
            FileChannel file = FileChannel.open(
                    Files.createDirectories(folder).resolve(Integer.toString(port)),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock lock = lock(file);
            if (lock == null) {
                file.close();
            }
            return lock != null;
        } catch (IOException e) {
            throw new StackException("no port can be claimed in " + folder, e);
        }
    }

    private static FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException claimedInThisJvm) {
            return null;
        }
    }
}
