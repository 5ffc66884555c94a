package io.saddle.stack.security;

import io.saddle.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files of secrets, replaced whole, also where the disk is full or power is cut: one that is there counts as made. At no moment
 * may anybody read one who may not read it afterwards.
 */
final class SecretFile {

    static final Set<PosixFilePermission> FOR_OWNER = PosixFilePermissions.fromString("rw-------");
    static final Set<PosixFilePermission> FOR_ALL = PosixFilePermissions.fromString("rw-r--r--");

    private SecretFile() {}

    static void replace(Path file, String text, Set<PosixFilePermission> readers) throws IOException {
        Path next = Files.createTempFile(
                file.getParent(),
                file.getFileName().toString(),
                ".tmp",
                PosixFilePermissions.asFileAttribute(FOR_OWNER));
        try {
            Files.writeString(next, text);
            Files.setPosixFilePermissions(next, readers);
            DurableFiles.sync(next);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(next);
            throw e;
        }
        DurableFiles.sync(file.getParent());
    }
}
