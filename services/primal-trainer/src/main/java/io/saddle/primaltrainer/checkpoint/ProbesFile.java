package io.saddle.primaltrainer.checkpoint;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The file of a checkpoint with what was probed at its dual points; where it is missing or damaged, later weights are. */
final class ProbesFile {

    private static final SideFile<Map<Long, Map<String, LossProbeResult>>> FILE = new SideFile<>(
            "probes.json",
            new TypeReference<>() {},
            "losses of sources without rows are measured again if their dual points are announced again");

    private ProbesFile() {}

    /** Writes none where there is nothing that was probed. */
    static void write(Path folder, List<DualPoint> points) throws IOException {
        Map<Long, Map<String, LossProbeResult>> probes = points.stream()
                .filter(point -> !point.probes().isEmpty())
                .collect(Collectors.toMap(DualPoint::step, DualPoint::probes));
        if (!probes.isEmpty()) {
            FILE.write(folder, probes);
        }
    }

    /** @param points as the manifest has them */
    static List<DualPoint> read(Path folder, List<DualPoint> points) {
        if (points.isEmpty()) {
            return points;
        }
        Map<Long, Map<String, LossProbeResult>> probes = FILE.read(folder).orElse(Map.of());
        return points.stream()
                .map(point -> point.with(probes.getOrDefault(point.step(), Map.of())))
                .toList();
    }
}
