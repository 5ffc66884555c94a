package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.kubernetes.Manifests.Workload;
import java.util.Set;
import java.util.TreeSet;

/** The claims with data of one's own and for what is exported, where workloads find them. */
final class DataOfOnesOwn {

    private DataOfOnesOwn() {}

    /** Fails unless workers, and nobody else, may write there, beside what they may read: what they export goes with their pods otherwise. */
    static void isWrittenByWorkers(Manifests manifests, String claim) {
        Workload worker = manifests.workload("worker");
        JsonNode volume = Manifests.stream(worker.pod().path("volumes"))
                .filter(candidate -> isOf(claim, candidate))
                .findFirst()
                .orElseThrow();
        JsonNode mount = mount(worker, volume);
        assertEquals("/exports", mount.get("mountPath").asText());
        assertFalse(mount.path("readOnly").asBoolean());
        assertEquals("/datasets,/exports", manifests.environment(worker).get("SADDLE_DATA_ROOTS"));
        assertEquals(
                1,
                manifests.workloads().stream()
                        .filter(workload ->
                                Manifests.stream(workload.pod().path("volumes")).anyMatch(of -> isOf(claim, of)))
                        .count());
    }

    private static boolean isOf(String claim, JsonNode volume) {
        return volume.at("/persistentVolumeClaim/claimName").asText().equals(claim);
    }

    private static JsonNode mount(Workload workload, JsonNode volume) {
        return Manifests.stream(workload.container().path("volumeMounts"))
                .filter(candidate -> candidate.get("name").equals(volume.get("name")))
                .findFirst()
                .orElseThrow();
    }

    /** Fails unless these, and no others, have the claim where runs may name files: a root that is not there allows nothing, in silence. */
    static void isReadBy(Set<String> readers, Manifests manifests, String claim) {
        Set<String> found = new TreeSet<>();
        manifests
                .workloads()
                .forEach(workload -> Manifests.stream(workload.pod().path("volumes"))
                        .filter(volume -> isOf(claim, volume))
                        .forEach(volume -> {
                            JsonNode mount = mount(workload, volume);
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
