package io.saddle.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;

/**
 * Claims on free ports: a port that was found free stays so until the process that is to listen there has started, which takes
 * seconds in which another JVM may look for ports. A claim is a file lock, held until the JVM that made it ends. Only JVMs of one
 * user see each other's: Java makes no folder in which everybody may lock and nobody delete what is another's.
 */
final class PortClaims {

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;
    /** Kept, for a channel that is closed, as garbage is, takes along every lock of this JVM on its file. */
    private final Map<Integer, FileChannel> claimed = new HashMap<>();

    /** @param folder of the locks, the same for all JVMs of a user on this machine; made, for that user alone */
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
                    Files.createDirectories(folder, OWNER_ONLY).resolve(Integer.toString(port)),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            try {
                if (file.tryLock() == null) {
                    file.close();
                    return false;
                }
                claimed.put(port, file);
                return true;
            } catch (OverlappingFileLockException claimedInThisJvm) {
                claimed.put(port, file);
                return false;
            }
        } catch (IOException e) {
            throw new StackException("no port can be claimed in " + folder + ", which must be a folder of yours", e);
        }
    }
}
