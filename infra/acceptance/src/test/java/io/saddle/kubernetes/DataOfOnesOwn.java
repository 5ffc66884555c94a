package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/** The claim with data of one's own, where workloads find it. */
final class DataOfOnesOwn {

    private DataOfOnesOwn() {}

    /** Fails unless these, and no others, have the claim where runs may name files: a root that is not there allows nothing, in silence. */
    static void isReadBy(Set<String> readers, Manifests manifests, String claim) {
        Set<String> found = new TreeSet<>();
        manifests
                .workloads()
                .forEach(workload -> Manifests.stream(workload.pod().path("volumes"))
                        .filter(volume -> volume.at("/persistentVolumeClaim/claimName")
                                .asText()
                                .equals(claim))
                        .forEach(volume -> {
                            JsonNode mount = Manifests.stream(
                                            workload.container().path("volumeMounts"))
                                    .filter(candidate -> candidate.get("name").equals(volume.get("name")))
                                    .findFirst()
                                    .orElseThrow();
                            assertEquals(
                                    manifests.environment(workload).get("SADDLE_DATA_ROOTS"),
                                    mount.get("mountPath").asText(),
                                    workload.name());
                            assertTrue(mount.path("readOnly").asBoolean(), workload.name());
                            found.add(workload.name());
                        }));
        assertEquals(readers, found);
    }
}
