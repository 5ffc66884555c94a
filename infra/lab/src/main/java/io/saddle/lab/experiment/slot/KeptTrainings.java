package io.saddle.lab.experiment.slot;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.saddle.artifact.DurableFiles;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.lab.report.ResultJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The trainings that are done, one JSON file each: an experiment goes on where it was cut off, and its tables can be made anew.
 *
 * @param folder created when the first one is kept
 */
record KeptTrainings(Path folder) {

    private static final String JSON = ".json";

    /**
     * The training of a variant and a seed.
     *
     * @return empty if it is not there, was made from something else, or was judged by another network
     * @throws CommandException if the file is another one, or lacks something
     */
    Optional<SlotCurve> find(String name, long seed, String basis, String judge) throws IOException {
        Path file = file(name, seed);
        return Files.exists(file)
                ? Optional.of(read(file))
                        .filter(curve ->
                                curve.basis().equals(basis) && curve.judge().equals(judge))
                : Optional.empty();
    }

    void keep(SlotCurve curve) throws IOException {
        Files.createDirectories(folder);
        DurableFiles.replace(file(curve.name(), curve.seed()), ResultJson.MAPPER.writeValueAsBytes(curve));
    }

    private Path file(String name, long seed) {
        return folder.resolve(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-") + "-" + seed + JSON);
    }

    /**
     * Those of some variants, seed by seed in the order of the variants.
     *
     * @throws CommandException if there is none, or two do not compare: judged by different networks, or after different numbers of
     *     images
     */
    List<SlotCurve> of(List<SlotVariant> variants) throws IOException {
        List<SlotCurve> curves = new ArrayList<>();
        for (Path file : files()) {
            SlotCurve curve = read(file);
            if (variants.contains(curve.variant())) {
                requireComparable(file, curve, curves);
                curves.add(curve);
            }
        }
        if (curves.isEmpty()) {
            throw new CommandException(ExitCode.INVALID_INPUT, "there is no training in " + folder);
        }
        curves.sort(
                Comparator.comparingLong(SlotCurve::seed).thenComparingInt(curve -> variants.indexOf(curve.variant())));
        return curves;
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(JSON)).sorted().toList();
        }
    }

    private static void requireComparable(Path file, SlotCurve curve, List<SlotCurve> before) {
        for (SlotCurve other : before) {
            if (!other.judge().equals(curve.judge())) {
                throw incomparable(file, "was judged by " + curve.judge(), "others by " + other.judge());
            }
            if (other.last().images() != curve.last().images()) {
                throw incomparable(
                        file,
                        "saw " + curve.last().images() + " images",
                        "others " + other.last().images());
            }
        }
    }

    private static CommandException incomparable(Path file, String itself, String others) {
        return new CommandException(
                ExitCode.INVALID_INPUT,
                file + " " + itself + ", " + others + ": they do not compare; train them in a folder of their own");
    }

    private static SlotCurve read(Path file) throws IOException {
        try {
            return ResultJson.MAPPER.readValue(file.toFile(), SlotCurve.class);
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    file + " is no training of this experiment: " + e.getOriginalMessage()
                            + "; delete it to train again");
        }
    }
}
