package io.saddle.artifact.s3;

import io.saddle.artifact.StoredBytes;
import io.saddle.artifact.s3.S3Objects.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The objects of runs among all that lies under a store's prefix. Another store may have a longer prefix that begins with this one's: what
 * is a run there looks like a group of artifacts here. A manifest is this store's where a file of its artifact lies among this store's files.
 *
 * @param manifests by run
 * @param files by run, whether a manifest names them or not
 */
record S3OwnObjects(Map<String, List<Written>> manifests, Map<String, List<Written>> files) {

    static S3OwnObjects of(S3Root root, List<Written> objects) {
        Set<S3Location> written = objects.stream()
                .flatMap(object -> S3Attempt.of(root, object.key()).stream())
                .map(S3Attempt::location)
                .collect(Collectors.toSet());
        S3OwnObjects own = new S3OwnObjects(new TreeMap<>(), new TreeMap<>());
        for (Written object : objects) {
            root.runOfFile(object.key()).ifPresent(runId -> add(own.files, runId, object));
            S3Location.ofManifest(root, object.key())
                    .filter(written::contains)
                    .ifPresent(location -> add(own.manifests, location.runId(), object));
        }
        return own;
    }

    private static void add(Map<String, List<Written>> runs, String runId, Written object) {
        runs.computeIfAbsent(runId, any -> new ArrayList<>()).add(object);
    }

    /** Those of a run, the manifests first. */
    List<Written> of(String runId) {
        return Stream.of(manifests, files)
                .flatMap(runs -> runs.getOrDefault(runId, List.of()).stream())
                .toList();
    }

    /** The room that a run takes. */
    StoredBytes stored(String runId) {
        return of(runId).stream()
                .map(object -> new StoredBytes(1, object.bytes()))
                .reduce(StoredBytes.NONE, StoredBytes::plus);
    }
}
