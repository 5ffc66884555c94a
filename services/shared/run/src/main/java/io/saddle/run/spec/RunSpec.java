package io.saddle.run.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * A run's specification, valid and complete: {@link RunSpecParser} has filled in every default. What each field means, its
 * unit and its default stand in {@code run-spec.schema.json}.
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RunSpec(
        int version,
        String name,
        String description,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int priority,
        long seed,
        Data data,
        InitialModel initialModel,
        Model model,
        Training training,
        Dual dual,
        List<Constraint> constraints,
        Evaluation evaluation,
        Checkpoints checkpoints) {

    /** The format's version that this code writes. */
    public static final int VERSION = 1;

    /** Labels come sorted by key. */
    public RunSpec {
        labels = labels == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
        constraints = List.copyOf(constraints);
    }

    /** The most primal steps that are taken under one choice of multipliers: those of a round where there are slots, else one. */
    public long stepsTogether() {
        return training.slotCount() > 1 ? dual.primalSteps() : 1;
    }

    /**
     * Images of a labelled data set. {@code images}: a path, bundled:mnist10k, or dataset:NAME@N; {@code labels}: likewise, of a data
     * set with the column that is the class behind a #. {@code where}: a condition on its columns as {@link Where} reads it; null:
     * every image. {@code groups}: by column and value how much is taken, the other values whole. {@code classes} empty: all of them.
     * {@code augment}: what training does to images, of the run's own data alone. {@code latents}: whether it is a data set of latents;
     * {@code latentMeans}: of one with distributions, whether their means are taken rather than draws. {@code sha256}: of the files of
     * images and labels, one after the other; null of data sets, which never change, and of runs that were submitted before it was kept.
     */
    public record Data(
            String images,
            String labels,
            Map<Integer, Share> classes,
            boolean otherClasses,
            long seed,
            @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode where,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Map<String, Share>> groups,
            @JsonInclude(JsonInclude.Include.NON_NULL) Augment augment,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean latents,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean latentMeans,
            @JsonInclude(JsonInclude.Include.NON_NULL) String sha256) {
        /** Classes come sorted by label, groups by name. */
        public Data {
            classes = Collections.unmodifiableMap(new TreeMap<>(classes));
            Map<String, Map<String, Share>> sorted = new TreeMap<>();
            if (groups != null) {
                groups.forEach(
                        (column, shares) -> sorted.put(column, Collections.unmodifiableMap(new TreeMap<>(shares))));
            }
            groups = Collections.unmodifiableMap(sorted);
        }

        /** Data chosen by its classes alone. */
        public Data(String images, String labels, Map<Integer, Share> classes, boolean otherClasses, long seed) {
            this(images, labels, classes, otherClasses, seed, null, Map.of(), null, false, false, null);
        }

        /** The same selection of other images, which are no latents. */
        public Data of(String otherImages, String otherLabels) {
            return new Data(
                    otherImages, otherLabels, classes, otherClasses, seed, where, groups, augment, false, false, null);
        }
    }

    /** Random changes of the images that are trained on; {@code horizontalFlip}: the share that is mirrored. */
    public record Augment(double horizontalFlip) {}

    /** The amount of a class: at most one of the two is given; neither means all. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Share(Integer count, Double fraction) {}

    /** The source of the weights; null in a specification: random ones. */
    public record InitialModel(
            String folder,
            String sha256,
            @JsonInclude(JsonInclude.Include.NON_NULL) String optimizer,
            @JsonInclude(JsonInclude.Include.NON_NULL) String checkpoint) {

        /** One of which the weights alone are taken. */
        public InitialModel(String folder, String sha256) {
            this(folder, sha256, null, null);
        }
    }

    /** The noise predictor: {@code unet} in the keys of diffusers' UNet2DModel config.json. */
    public record Model(JsonNode unet, Schedule schedule, String prediction) {}

    /**
     * The noise levels: betas, {@code betaSchedule} linear, scaled_linear or squaredcos_cap_v2, in diffusers' words; or of a flow its
     * {@code shift}, with null for what is of betas.
     */
    public record Schedule(
            @JsonInclude(JsonInclude.Include.NON_NULL) String betaSchedule,
            int trainTimesteps,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double betaStart,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double betaEnd,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean zeroTerminalSnr,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double shift) {

        /** Betas. */
        public Schedule(
                String betaSchedule, int trainTimesteps, double betaStart, double betaEnd, boolean zeroTerminalSnr) {
            this(betaSchedule, trainTimesteps, betaStart, betaEnd, zeroTerminalSnr, null);
        }
    }

    /**
     * The primal descent; {@code slots} null: 1; {@code minSnrGamma} 0: the rows of the objective weigh the same; {@code ema} null: the average's decay rises
     * to {@code emaDecay} as (1 + n) / (10 + n).
     */
    public record Training(
            long steps,
            int batchSize,
            Batching batching,
            double learningRate,
            long warmupSteps,
            Decay decay,
            double weightDecay,
            double clipNorm,
            double emaDecay,
            Precision precision,
            String device,
            int diagnosticsEvery,
            double labelDropout,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) double minSnrGamma,
            @JsonInclude(JsonInclude.Include.NON_NULL) Ema ema,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer slots) {

        /** Slots that train side by side from one dual point to the next, and are merged there; 1: there is nothing to merge. */
        public int slotCount() {
            return slots == null ? 1 : slots;
        }
    }

    /** The average of the weights as diffusers' EMAModel has it, up to {@code emaDecay}; {@code warmup}: use_ema_warmup there. */
    public record Ema(double minDecay, long updateAfterStep, boolean warmup, double invGamma, double power) {}

    public enum Batching {
        @JsonProperty("mixture")
        MIXTURE,
        @JsonProperty("weighted-sum")
        WEIGHTED_SUM
    }

    public enum Decay {
        @JsonProperty("constant")
        CONSTANT,
        @JsonProperty("cosine")
        COSINE
    }

    public enum Precision {
        @JsonProperty("fp32")
        FP32,
        @JsonProperty("bf16")
        BF16,
        /** The faster of the two where the run is first trained; recorded in the run. */
        @JsonProperty("auto")
        AUTO
    }

    /**
     * How the two timescales meet. LOCKSTEP and PIPELINED: each dual step is made of one snapshot, and which primal steps take its
     * vector follows from its number, {@code delay} dual points later; ASYNC: as estimates come.
     */
    public enum Mode {
        LOCKSTEP,
        PIPELINED,
        ASYNC;

        /** True if the same run, however often it is interrupted, takes the same steps. */
        public boolean isReproducible() {
            return this != ASYNC;
        }
    }

    /** The rule by which multipliers follow their constraints' violations. */
    public enum Optimizer {
        @JsonProperty("gradient-ascent")
        GRADIENT_ASCENT,
        @JsonProperty("nupi")
        NUPI,
        @JsonProperty("adam")
        ADAM
    }

    /**
     * The dual ascent; {@code resilience} is gamma of the resilient form, empty for the plain one; {@code delay} is PIPELINED's: dual
     * points from the one whose snapshot a vector is made of to the one from which on it counts; 0 in the other modes.
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Dual(
            Mode mode,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long delay,
            long primalSteps,
            double learningRate,
            OptionalDouble resilience,
            long maxStaleSteps,
            double multiplierLimit,
            Optimizer optimizer,
            NuPi nupi,
            Adam adam,
            long warmupSteps) {

        /** The number of the dual step that a reproducible mode makes of the snapshot after {@code step} primal steps. */
        public long dualStepOf(long step) {
            return step / primalSteps;
        }
    }

    /** nuPI's gains, the decay of its smoothed violation, and what its first step does. */
    public record NuPi(double kp, double ki, double nu, FirstStep firstStep) {}

    /** nuPI's first step: as gradient ascent (SGD), or from a smoothed violation of 0 (ZEROS). */
    public enum FirstStep {
        @JsonProperty("sgd")
        SGD,
        @JsonProperty("zeros")
        ZEROS
    }

    /** Adam's constants, in torch's words. */
    public record Adam(double beta1, double beta2, double epsilon) {}

    /** The loss that a constraint's {@code threshold} counts from. */
    public enum RelativeTo {
        @JsonProperty("objective")
        OBJECTIVE,
        @JsonProperty("reference")
        REFERENCE
    }

    /**
     * One requirement: a loss of the model at most {@code threshold}; {@code data} null where the kind needs none;
     * {@code evaluationData} null: measured on {@code data}; {@code relativeTo} null: the threshold counts from 0;
     * {@code model} null where there is neither teacher nor reference.
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Constraint(
            String id,
            String kind,
            String evaluator,
            Data data,
            Data evaluationData,
            int evaluationSamples,
            double threshold,
            RelativeTo relativeTo,
            InitialModel model,
            double initialMultiplier,
            OptionalDouble resilience,
            OptionalDouble dualLearningRate,
            Map<String, String> parameters) {}

    /**
     * The judging of samples; {@code every} 0: only the finished model; {@code referenceStatistics} null: of {@code reference};
     * {@code samplerSpacing} null: what suits sampler and schedule; {@code precision} null: fp32; {@code classifier} null,
     * {@code features} empty: the evaluator's own.
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Evaluation(
            long every,
            int images,
            int finalImages,
            String sampler,
            int samplerSteps,
            String samplerSpacing,
            double guidance,
            Data reference,
            Statistics referenceStatistics,
            int gridImages,
            Judge classifier,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Judge> features,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean infinity,
            Precision precision) {
        public Evaluation {
            features = features == null ? List.of() : List.copyOf(features);
        }

        /** The same judging against other images. */
        public Evaluation withReference(Data other) {
            return new Evaluation(
                    every,
                    images,
                    finalImages,
                    sampler,
                    samplerSteps,
                    samplerSpacing,
                    guidance,
                    other,
                    referenceStatistics,
                    gridImages,
                    classifier,
                    features,
                    infinity,
                    precision);
        }
    }

    /**
     * A network that judges images: a TorchScript file, described by the JSON beside it, that has this SHA-256.
     *
     * @param file or {@value #OWN}
     * @param sha256 null where it is saddle's own
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Judge(String file, String sha256) {

        /** In place of a file: the small network that saddle trains on the data. */
        static final String OWN = "small-cnn";

        /** Whether it is the small network that saddle trains on the data. */
        @JsonIgnore
        public boolean isOwn() {
            return file.equals(OWN);
        }
    }

    /**
     * Statistics of images that samples are compared with.
     *
     * @param file a .npz file
     * @param sha256 null in runs that were submitted before it was kept
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Statistics(String file, String sha256) {

        /** As runs have it that were submitted before. */
        @JsonCreator
        static Statistics of(String file) {
            return new Statistics(file, null);
        }
    }

    /** The times when state is kept, and the number of old ones that stay. */
    public record Checkpoints(long everySteps, double everyMinutes, int keep) {}
}
