package io.saddle.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Claims on free ports: a port that was found free stays so until the process that is to listen there has started, which takes
 * seconds in which another JVM may look for ports. A claim is a file lock, held until the JVM that made it ends.
 */
final class PortClaims {

    private final Path folder;
    /** Kept, for a channel that is garbage takes its lock along. */
    private final Map<Integer, FileChannel> claimed = new HashMap<>();

    /** @param folder of the locks, the same for all who choose ports on this machine */
    PortClaims(Path folder) {
        this.folder = folder;
    }

    /** Claims a port; false if anybody has claimed it before. */
    synchronized boolean claim(int port) {
        if (claimed.containsKey(port)) {
            return false;
        }
        try {
            FileChannel file = FileChannel.open(
                    Files.createDirectories(folder).resolve(Integer.toString(port)),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (file.tryLock() != null) {
                claimed.put(port, file);
                return true;
            }
            file.close();
            return false;
        } catch (OverlappingFileLockException claimedInThisJvm) {
            // The file stays open: closing it would end the other claim's lock.
            return false;
        } catch (IOException e) {
            throw new StackException("no port can be claimed in " + folder, e);
        }
    }
}
