package io.saddle.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One child process of the stack: how it is started and how one knows that it serves. */
abstract class StackProcess {

    protected final Distribution distribution;
    protected final LocalSettings settings;
    private final String name;
    private final List<Setting> ports;

    /** @param ports that it listens on; the first is the one it serves on */
    StackProcess(String name, List<Setting> ports, Distribution distribution, LocalSettings settings) {
        this.name = name;
        this.ports = ports;
        this.distribution = distribution;
        this.settings = settings;
    }

    final String name() {
        return name;
    }

    final List<Setting> ports() {
        return ports;
    }

    /** The folder of its data, made if it is not there. */
    final Path data() {
        Path data = settings.home().data(name);
        try {
            return Files.createDirectories(data);
        } catch (IOException e) {
            throw new UncheckedIOException(data + " cannot be created", e);
        }
    }

    /**
     * The JVM to start.
     *
     * @throws StackException if it is not built
     */
    abstract JavaCommand command();

    /** True if it serves now; answers within seconds and never throws. */
    abstract boolean ready();

    /** Done once after each start, as soon as it is ready. */
    void onReady() {}
}
