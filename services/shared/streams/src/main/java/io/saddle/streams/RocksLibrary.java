package io.saddle.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native library of RocksDB, unpacked under one name in a folder that has one process at a time. RocksDB by itself unpacks its 15 MB
 * under a new name beside all temporary files at each start, and whoever is killed leaves them there.
 */
final class RocksLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(RocksLibrary.class);

    private RocksLibrary() {}

    /** Loads it, once in a process. Where that cannot be, as from a volume without leave to execute, RocksDB does as it always does. */
    static void loadFrom(Path folder) {
        try {
            Files.createDirectories(folder);
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
        } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
            LOG.warn("RocksDB's library cannot be loaded from {}; it is unpacked beside temporary files", folder, e);
        }
    }
}
