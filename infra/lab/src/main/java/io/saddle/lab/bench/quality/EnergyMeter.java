package io.saddle.lab.bench.quality;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The processors' energy since the meter was made, as Linux counts it under {@code /sys/class/powercap} (RAPL): everything that ran on
 * them. Counters turn over after some hundred kilojoules: it is to be looked at more often than that.
 */
final class EnergyMeter {

    private static final Path POWERCAP = Path.of("/sys/class/powercap");

    private static final double MICRO = 1e-6;

    private final List<Path> packages;
    private final Map<Path, Long> last = new LinkedHashMap<>();
    private double microjoules;
    private boolean readable;

    private EnergyMeter(List<Path> packages) {
        this.packages = packages;
        readable = !packages.isEmpty();
        look();
    }

    /** Of this machine. */
    static EnergyMeter start() {
        return start(POWERCAP);
    }

    /** @param powercap the folder with one folder for each processor */
    static EnergyMeter start(Path powercap) {
        List<Path> packages = new ArrayList<>();
        if (Files.isDirectory(powercap)) {
            try (Stream<Path> found = Files.list(powercap)) {
                found.filter(folder -> isPackage(folder.getFileName().toString()))
                        .sorted()
                        .forEach(packages::add);
            } catch (IOException e) {
                packages.clear();
            }
        }
        return new EnergyMeter(packages);
    }

    /** A processor's folder: those of its parts have a further number. */
    private static boolean isPackage(String name) {
        return name.matches("[a-z]+-rapl:\\d+");
    }

    /** Joules; empty where the counters are missing or only root may read them. */
    OptionalDouble joules() {
        look();
        return readable ? OptionalDouble.of(microjoules * MICRO) : OptionalDouble.empty();
    }

    private void look() {
        try {
            for (Path folder : packages) {
                long now = number(folder.resolve("energy_uj"));
                long before = last.getOrDefault(folder, now);
                microjoules +=
                        now >= before ? now - before : now - before + number(folder.resolve("max_energy_range_uj"));
                last.put(folder, now);
            }
        } catch (IOException e) {
            readable = false;
        }
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }
}
