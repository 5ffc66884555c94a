package io.saddle.kubernetes;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.kubernetes.Manifests.Workload;
import io.saddle.stack.Distribution;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every pod: how little it may do, how it is watched, what it gets, and how it ends. */
class PodsTest {

    private static final Set<String> ALLOWED_VOLUMES =
            Set.of("configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret");
    private static final Pattern OURS = Pattern.compile("(?:.*/)?saddle/([a-z-]+):.*");
    private static final Pattern HEAP = Pattern.compile("-Xmx(\\d+)([mg])");
    private static final Pattern SHARE = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)");
    /** A worker that is ended waits so long for its group (WorkerCommand). */
    private static final int WORKER_LEAVES_SECONDS = 10;

    private static final long MIB = 1 << 20;

    record Pod(Manifests manifests, Workload workload) {
        @Override
        public String toString() {
            return manifests + "/" + workload;
        }
    }

    @BeforeAll
    static void needsKustomize() {
        assumeTrue(Kustomize.missing().isEmpty(), () -> Kustomize.missing().orElseThrow());
    }

    static Stream<Pod> pods() {
        return Manifests.all()
                .flatMap(manifests -> manifests.workloads().stream().map(workload -> new Pod(manifests, workload)));
    }

    static Stream<Pod> services() {
        return pods().filter(pod -> pod.workload().isService());
    }

    private static Stream<JsonNode> containers(Pod pod) {
        JsonNode spec = pod.workload().pod();
        return Stream.concat(Manifests.stream(spec.path("containers")), Manifests.stream(spec.path("initContainers")));
    }

    @Test
    void everyServiceIsInEveryOverlay() {
        Manifests.all()
                .forEach(manifests -> assertEquals(
                        new HashSet<>(TestCluster.SERVICES),
                        new HashSet<>(manifests.services().stream()
                                .map(Workload::name)
                                .toList()),
                        manifests.overlay()));
    }

    /** The profile "restricted" of the pod security standards, and a root file system that is only read. */
    @ParameterizedTest
    @MethodSource("pods")
    void itMayDoNoMoreThanTheStrictestProfileAllows(Pod pod) {
        JsonNode spec = pod.workload().pod();
        JsonNode security = spec.path("securityContext");
        assertTrue(security.path("runAsNonRoot").asBoolean());
        assertTrue(
                security.path("runAsUser").asInt() > 0,
                "a number: by a name alone nobody can tell that it is not root");
        assertEquals("RuntimeDefault", security.at("/seccompProfile/type").asText());
        for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
            assertFalse(spec.path(shared).asBoolean(), shared);
        }
        containers(pod).forEach(container -> {
            JsonNode own = container.path("securityContext");
            assertFalse(own.path("allowPrivilegeEscalation").asBoolean(true));
            assertTrue(own.path("readOnlyRootFilesystem").asBoolean());
            assertEquals("[\"ALL\"]", own.at("/capabilities/drop").toString());
            assertFalse(own.at("/capabilities").has("add"));
            assertFalse(own.path("privileged").asBoolean());
            Manifests.stream(container.path("ports")).forEach(port -> assertFalse(port.has("hostPort")));
        });
        for (JsonNode volume : spec.path("volumes")) {
            volume.fieldNames()
                    .forEachRemaining(field ->
                            assertTrue(field.equals("name") || ALLOWED_VOLUMES.contains(field), volume.toString()));
        }
    }

    @ParameterizedTest
    @MethodSource("pods")
    void itHasAnAccountOfItsOwnAndNoKeyToTheCluster(Pod pod) {
        JsonNode spec = pod.workload().pod();
        assertEquals(pod.workload().name(), spec.path("serviceAccountName").asText());
        // The one that asks the cluster's API whose a token is
        boolean reviews = pod.manifests().environment(pod.workload()).containsKey("APICURIO_AUTHN_KUBERNETES_ENABLED");
        assertEquals(reviews, spec.path("automountServiceAccountToken").asBoolean(true));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void itsImageIsPulledOnceForAVersionIsOneImageForEver(Pod pod) {
        containers(pod)
                .forEach(container -> assertEquals(
                        "IfNotPresent", container.path("imagePullPolicy").asText()));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void othersAddressesDoNotGetIntoItsEnvironment(Pod pod) {
        assertFalse(pod.workload().pod().path("enableServiceLinks").asBoolean(true));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void itAsksForWhatItNeedsAndCannotTakeMore(Pod pod) {
        containers(pod).forEach(container -> {
            JsonNode resources = container.path("resources");
            for (String path : List.of("/requests/cpu", "/requests/memory", "/limits/cpu", "/limits/memory")) {
                assertFalse(resources.at(path).isMissingNode(), path);
            }
            assertTrue(bytes(resources.at("/requests/memory")) <= bytes(resources.at("/limits/memory")));
        });
        for (JsonNode volume : pod.workload().pod().path("volumes")) {
            if (volume.has("emptyDir")) {
                assertTrue(volume.at("/emptyDir/sizeLimit").isTextual(), volume.toString());
            }
        }
        assertFalse(pod.workload().pod().path("priorityClassName").isMissingNode());
    }

    @ParameterizedTest
    @MethodSource("pods")
    void besideTheHeapThereIsRoomForTheRestOfTheProcess(Pod pod) throws IOException {
        long limit = bytes(pod.workload().container().at("/resources/limits/memory"));
        boolean torch = pod.workload().labels().containsKey("saddle.io/compute");
        long heap = heap(pod, limit);
        assertTrue(limit >= heap + (torch ? 2048 : 192) * MIB, "heap " + heap / MIB + " MiB of " + limit / MIB);
    }

    /** A share of the limit in saddle's images, said by the manifest in other people's. */
    private static long heap(Pod pod, long limit) throws IOException {
        String image = pod.workload().container().get("image").asText();
        Matcher ours = OURS.matcher(image);
        if (ours.matches()) {
            String name = ours.group(1);
            String options =
                    Files.readString(Distribution.locate().root().resolve("infra/images/jvm/" + name + ".options"));
            Matcher share = SHARE.matcher(options);
            assertTrue(share.find(), options);
            return limit * Integer.parseInt(share.group(1)) / 100;
        }
        Matcher heap = HEAP.matcher(pod.workload().container().path("env").toString());
        assertTrue(heap.find(), image);
        return Long.parseLong(heap.group(1)) * (heap.group(2).equals("g") ? 1024 : 1) * MIB;
    }

    @ParameterizedTest
    @MethodSource("pods")
    void itsFolderForTemporaryFilesIsTheOnlyPlaceThatEveryoneHas(Pod pod) {
        assertTrue(Manifests.stream(pod.workload().container().path("volumeMounts"))
                .anyMatch(mount -> mount.get("mountPath").asText().equals("/tmp")));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void whatIsMountedIsThere(Pod pod) {
        Set<String> volumes = new HashSet<>();
        Stream.of("/spec/template/spec/volumes", "/spec/volumeClaimTemplates")
                .flatMap(path -> Manifests.stream(pod.workload().resource().at(path)))
                .forEach(volume ->
                        volumes.add(volume.has("name") ? volume.get("name").asText() : Manifests.name(volume)));
        Set<String> mounted = new HashSet<>();
        containers(pod)
                .flatMap(container -> Manifests.stream(container.path("volumeMounts")))
                .forEach(mount -> assertTrue(mounted.add(mount.get("name").asText())));
        assertEquals(volumes, mounted);
    }

    @Test
    void dataOfOnesOwnIsThereForWhoeverComputesOrChecks() {
        DataOfOnesOwn.isReadBy(
                Set.of("console", "constraint-evaluator", "fid-evaluator", "primal-trainer", "worker"),
                new Manifests("dev with datasets", Kustomize.build("dev", "datasets")),
                "datasets");
    }

    @Test
    void whatIsExportedHasAPlaceThatLasts() {
        DataOfOnesOwn.isWrittenByWorkers(
                new Manifests("dev with exports", Kustomize.build("dev", "exports")), "exports");
    }

    @ParameterizedTest
    @MethodSource("services")
    void whoeverHasTheArtifactsWritesOrDeletesThem(Pod pod) {
        Manifests.stream(pod.workload().container().path("volumeMounts"))
                .filter(mount -> mount.get("mountPath").asText().equals("/artifacts"))
                .forEach(mount -> assertFalse(mount.path("readOnly").asBoolean()));
    }

    @ParameterizedTest
    @MethodSource("services")
    void itIsAskedWhetherItStartedLivesAndIsReadyWhereItAnswers(Pod pod) {
        Workload workload = pod.workload();
        JsonNode container = workload.container();
        assertAll(Stream.of("started startupProbe", "live livenessProbe", "ready readinessProbe")
                .map(entry -> entry.split(" "))
                .map(entry -> () -> {
                    JsonNode get = container.path(entry[1]).path("httpGet");
                    assertEquals("/q/health/" + entry[0], get.path("path").asText());
                    assertEquals(
                            pod.manifests().environment(workload).get("QUARKUS_HTTP_PORT"),
                            Integer.toString(workload.port(get.path("port"))));
                }));
        JsonNode startup = container.path("startupProbe");
        assertTrue(
                startup.get("periodSeconds").asInt()
                                * startup.get("failureThreshold").asInt()
                        > 120 + 60,
                "longer than a service's own patience with a cluster that is not there");
    }

    @ParameterizedTest
    @MethodSource("pods")
    void whateverIsNotAJobIsProbed(Pod pod) {
        if (!pod.workload().isJob()) {
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                assertFalse(pod.workload().container().path(probe).isMissingNode(), probe);
            }
        }
    }

    /** They read whole topics first, and from their beginning where they are ended before. */
    @ParameterizedTest
    @ValueSource(strings = {"console", "worker"})
    void whoReadsThePastFirstHasAnHourForIt(String name) {
        Manifests.all().forEach(manifests -> {
            JsonNode probe = manifests.workload(name).container().path("startupProbe");
            assertEquals(
                    3600,
                    probe.get("periodSeconds").asInt()
                            * probe.get("failureThreshold").asInt(),
                    manifests.toString());
        });
    }

    @Test
    void aWorkerIsAskedWhereItAnswersAndHasTheTimeToLeaveItsGroup() {
        Manifests.all().forEach(manifests -> {
            Workload worker = manifests.workload("worker");
            String health = Manifests.stream(worker.container().get("args"))
                    .map(JsonNode::asText)
                    .filter(word -> word.startsWith("--health="))
                    .findFirst()
                    .orElseThrow();
            for (String[] probe :
                    new String[][] {{"started", "startup"}, {"live", "liveness"}, {"ready", "readiness"}}) {
                JsonNode get = worker.container().at("/" + probe[1] + "Probe/httpGet");
                assertEquals("/q/health/" + probe[0], get.path("path").asText());
                assertEquals("--health=0.0.0.0:" + worker.port(get.path("port")), health);
            }
            assertTrue(worker.pod().path("terminationGracePeriodSeconds").asInt() >= WORKER_LEAVES_SECONDS + 20);
        });
    }

    @ParameterizedTest
    @MethodSource("services")
    void aTrainerHasTheTimeToHandItsRunsOver(Pod pod) {
        int grace = pod.workload().pod().path("terminationGracePeriodSeconds").asInt();
        assertTrue(grace >= 30, "grace " + grace);
        if (pod.workload().name().equals("primal-trainer")) {
            String handover = pod.manifests().environment(pod.workload()).get("SADDLE_TRAINER_HANDOVER");
            assertTrue(grace >= Duration.parse("PT" + handover).toSeconds() + 20, grace + " s for " + handover);
        }
    }

    /** Hardware at hand decides how fast a step is, but the number of threads which step it is. */
    @ParameterizedTest
    @MethodSource("services")
    void aTrainerHasAProcessorForEachThread(Pod pod) {
        String threads = pod.manifests().environment(pod.workload()).get("SADDLE_TRAINER_THREADS");
        assertEquals(pod.workload().name().equals("primal-trainer"), threads != null);
        if (threads != null) {
            assertEquals(
                    threads,
                    pod.workload().container().at("/resources/limits/cpu").asText());
        }
    }

    /** Beside what is kept there lies what comes and goes: docs/storage.md. */
    @ParameterizedTest
    @MethodSource("pods")
    void whatIsKeptOfTheBucketIsHardlyMoreThanHalfOfItsVolume(Pod pod) {
        Map<String, String> environment = pod.manifests().environment(pod.workload());
        if (environment.containsKey("SADDLE_ARTIFACTS_CACHE_DIR")) {
            assertEquals("/data/artifact-cache", environment.get("SADDLE_ARTIFACTS_CACHE_DIR"));
            String kept = environment.getOrDefault("SADDLE_ARTIFACTS_CACHE_MAX_SIZE", "2G");
            long volume = bytes(volume(pod.workload(), "/data"));
            assertTrue(bytes(kept + "i") <= 0.6 * volume, kept + " of " + volume / MIB + " MiB");
        }
    }

    private static JsonNode volume(Workload workload, String mounted) {
        JsonNode name = Manifests.stream(workload.container().path("volumeMounts"))
                .filter(mount -> mount.get("mountPath").asText().equals(mounted))
                .findFirst()
                .orElseThrow()
                .get("name");
        return Stream.concat(
                        Manifests.stream(workload.pod().path("volumes"))
                                .filter(volume -> volume.get("name").equals(name))
                                .map(volume -> volume.at("/emptyDir/sizeLimit")),
                        Manifests.stream(workload.resource().at("/spec/volumeClaimTemplates"))
                                .filter(claim -> claim.at("/metadata/name").equals(name))
                                .map(claim -> claim.at("/spec/resources/requests/storage")))
                .findFirst()
                .orElseThrow();
    }

    private static long bytes(JsonNode quantity) {
        return bytes(quantity.asText());
    }

    private static long bytes(String text) {
        long number = Long.parseLong(text.replaceAll("\\D", ""));
        return switch (text.replaceAll("\\d", "")) {
            case "Mi" -> number * MIB;
            case "Gi" -> number * 1024 * MIB;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
