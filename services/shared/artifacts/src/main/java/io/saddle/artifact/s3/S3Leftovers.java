package io.saddle.artifact.s3;

import io.saddle.artifact.s3.S3Objects.Inventory;
import io.saddle.artifact.s3.S3Objects.Unfinished;
import io.saddle.artifact.s3.S3Objects.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objects that writers have left in a bucket when they died.
 *
 * @param attempts with their keys; those of them that a manifest names are to stay
 * @param uploads unfinished ones
 */
record S3Leftovers(Map<S3Attempt, List<String>> attempts, List<Unfinished> uploads) {

    /**
     * Those in which nothing was written for long. A single attempt of an artifact that has a manifest is what the manifest
     * names, and is left out without reading it.
     */
    static S3Leftovers of(S3Root root, Inventory inventory, List<Unfinished> unfinished, Duration age) {
        Instant before = inventory.now().minus(age);
        Set<S3Location> manifests = new HashSet<>();
        Map<S3Attempt, List<String>> keys = new HashMap<>();
        Map<S3Location, Set<S3Attempt>> attempts = new HashMap<>();
        Set<S3Attempt> alive = new HashSet<>();
        for (Written object : inventory.objects()) {
            S3Location.ofManifest(root, object.key()).ifPresent(manifests::add);
            S3Attempt.of(root, object.key()).ifPresent(attempt -> {
                keys.computeIfAbsent(attempt, any -> new ArrayList<>()).add(object.key());
                attempts.computeIfAbsent(attempt.location(), any -> new HashSet<>())
                        .add(attempt);
                if (!object.when().isBefore(before)) {
                    alive.add(attempt);
                }
            });
        }
        List<Unfinished> dead = new ArrayList<>();
        for (Unfinished upload : unfinished) {
            if (S3Attempt.of(root, upload.key()).isEmpty()) {
                continue;
            }
            if (upload.lastPart().isBefore(before)) {
                dead.add(upload);
            } else {
                alive.add(S3Attempt.of(root, upload.key()).orElseThrow());
            }
        }
        keys.keySet().removeAll(alive);
        keys.keySet()
                .removeIf(attempt -> manifests.contains(attempt.location())
                        && attempts.get(attempt.location()).size() == 1);
        return new S3Leftovers(keys, dead);
    }
}
