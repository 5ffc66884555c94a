package io.saddle.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The folder that a stack keeps its state, logs and data in ({@code .saddle} unless said). */
public record Home(Path folder) {

    public Home {
        folder = folder.toAbsolutePath().normalize();
    }

    /** Data of one process, kept over restarts. */
    public Path data(String name) {
        return folder.resolve("data").resolve(name);
    }

    /** The log of a process. */
    public Path log(String name) {
        return logs().resolve(name + ".log");
    }

    /** The folder of all logs, those that were cut off included. */
    public Path logs() {
        return folder.resolve("logs");
    }

    /** Certificates and users, of a stack that is secured. */
    public Path security() {
        return folder.resolve("security");
    }

    /**
     * Keeps everybody but its owner out, and so from all that lies in it; made if it is not there.
     *
     * @throws StackException if it is somebody else's
     */
    void keepPrivate() {
        Set<PosixFilePermission> ownerOnly = PosixFilePermissions.fromString("rwx------");
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(ownerOnly));
            Files.setPosixFilePermissions(folder, ownerOnly);
        } catch (IOException e) {
            throw new StackException(folder + " cannot be kept from others: " + e.getMessage(), e);
        }
    }

    /** Settings of the console's notifications: {@code saddle.notifications.*} and {@code quarkus.mailer.*}, where somebody has put it. */
    Path notifications() {
        return folder.resolve("notifications.properties");
    }

    Path settings() {
        return folder.resolve("settings.properties");
    }

    Path state() {
        return folder.resolve("stack.json");
    }

    Path lock() {
        return folder.resolve("stack.lock");
    }
}
