package io.saddle.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksLibraryTest {

    private static final Path MAPS = Path.of("/proc/self/maps");

    @Test
    void noOtherCopyIsUnpackedThanTheOneInTheFolder(@TempDir Path folder) throws IOException, RocksDBException {
        assumeTrue(Files.exists(MAPS), "no " + MAPS + " here: what a process has loaded cannot be seen");
        Path libraries = folder.toRealPath().resolve("library");
        RocksLibrary.loadFrom(libraries);
        try (RocksDB store = RocksDB.open(folder.resolve("store").toString())) {
            store.put(new byte[] {1}, new byte[] {2});
            assertEquals(2, store.get(new byte[] {1})[0]);
        }
        Set<Path> loaded = Files.readAllLines(MAPS).stream()
                .filter(line -> line.contains("librocksdbjni"))
                .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent())
                .collect(Collectors.toSet());
        assertEquals(Set.of(libraries), loaded);
    }
}
