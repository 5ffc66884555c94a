package io.saddle.console;

import io.saddle.model.data.DataSetAddress;
import io.saddle.schema.DataSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The data sets that are announced, by NAME@VERSION. Written by the reader's thread, read by any. */
final class DataSetTable {

    private final Map<String, DataSet> versions = new ConcurrentHashMap<>();

    void put(String key, DataSet version) {
        versions.put(key, version);
    }

    void remove(String key) {
        versions.remove(key);
    }

    /** All versions by name, the newest of each first. */
    List<DataSet> all() {
        return versions.values().stream()
                .sorted(Comparator.comparing(DataSet::getName)
                        .thenComparing(DataSet::getVersion, Comparator.reverseOrder()))
                .toList();
    }

    /** A version, the newest where none is named. */
    Optional<DataSet> find(DataSetAddress address) {
        return all().stream()
                .filter(version -> version.getName().equals(address.name()))
                .filter(version -> address.version() == null || version.getVersion() == address.version())
                .findFirst();
    }

    /** Names of data sets, sorted. */
    List<String> names() {
        return all().stream().map(DataSet::getName).distinct().toList();
    }
}
