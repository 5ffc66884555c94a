package io.saddle.lab.bench.pytorch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.cli.terminal.Progress;
import io.saddle.diffusion.network.Precision;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Variants of the peer that were tried here, each by itself. The fastest of them take part in the comparison: what a single trial says is
 * too little to name a winner.
 */
public final class VariantTrials {

    private static final int FASTEST = 2;
    private static final int REASON_LINES = 2;

    private final Trial trial;
    private final boolean smallerIsFaster;
    private final Map<PyTorchVariant, Side> sides = new LinkedHashMap<>();

    /** One turn of a variant. */
    public interface Trial {
        /** @throws BenchException if it does not run here */
        Side.Measured of(PyTorchVariant variant);
    }

    /**
     * @param smallerIsFaster whether the figures are times rather than rates
     */
    public VariantTrials(Trial trial, boolean smallerIsFaster) {
        this.trial = trial;
        this.smallerIsFaster = smallerIsFaster;
    }

    /**
     * Tries all eager variants of a precision, then, if wanted, all of those through the compiler: another attention may be the fastest
     * there.
     *
     * @param task what is tried, for the progress that is shown
     */
    public void run(String task, Precision precision, boolean compiled) {
        List<PyTorchVariant> variants = new ArrayList<>(PyTorchVariant.all(precision, false));
        if (compiled) {
            variants.addAll(PyTorchVariant.all(precision, true));
        }
        try (Progress progress = Progress.start(task + ", PyTorch's variants", variants.size())) {
            for (PyTorchVariant variant : variants) {
                progress.at(sides.size(), variant.title());
                sides.put(variant, tried(variant));
            }
        }
    }

    private Side tried(PyTorchVariant variant) {
        try {
            return trial.of(variant);
        } catch (BenchException e) {
            return new Side.Missing(variant.title(), "does not run here: " + reason(e));
        }
    }

    /** Without the log: the compiler's exceptions name their cause in their second line. */
    private static String reason(BenchException failure) {
        return failure.getMessage().lines().limit(REASON_LINES).collect(Collectors.joining(" "));
    }

    /** Those that go on: the one as it comes, and the fastest. */
    public List<PyTorchVariant> finalists() {
        List<PyTorchVariant> finalists = new ArrayList<>(List.of(PyTorchVariant.AS_IT_COMES));
        byMedian()
                .limit(FASTEST)
                .filter(variant -> !finalists.contains(variant))
                .forEach(finalists::add);
        return finalists;
    }

    private Stream<PyTorchVariant> byMedian() {
        Comparator<Map.Entry<PyTorchVariant, Side>> order = Comparator.comparingDouble(
                entry -> ((Side.Measured) entry.getValue()).statistics().median());
        return sides.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Side.Measured)
                .sorted(smallerIsFaster ? order : order.reversed())
                .map(Map.Entry::getKey);
    }

    /** In words: how many were tried, and why some do not run here. */
    public String summary() {
        Optional<String> missing = sides.values().stream()
                .filter(Side.Missing.class::isInstance)
                .map(side -> side.name() + " " + ((Side.Missing) side).reason())
                .findFirst();
        return sides.size() + " variants tried, the fastest " + FASTEST + " and the one as it comes compared"
                + missing.map(words -> "; " + words).orElse("");
    }

    /** Every trial. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        ArrayNode trials = json.putArray("variants");
        sides.values().forEach(side -> trials.add(side.toJson()));
        return json;
    }
}
