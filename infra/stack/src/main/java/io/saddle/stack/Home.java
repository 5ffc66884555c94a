package io.saddle.stack;

import java.nio.file.Path;

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
        return folder.resolve("logs").resolve(name + ".log");
    }

    /** Certificates and users, of a stack that is secured. */
    public Path security() {
        return folder.resolve("security");
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
