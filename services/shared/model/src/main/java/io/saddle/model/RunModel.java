package io.saddle.model;

import io.saddle.diffusion.autoencoder.Autoencoder;
import io.saddle.diffusion.network.NoisePredictor;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import io.saddle.diffusion.sampling.DdimSampler;
import io.saddle.diffusion.sampling.DdpmSampler;
import io.saddle.diffusion.sampling.DpmSolverSampler;
import io.saddle.diffusion.sampling.EulerSampler;
import io.saddle.diffusion.sampling.FlowEulerSampler;
import io.saddle.diffusion.sampling.Guidance;
import io.saddle.diffusion.sampling.ImageSampler;
import io.saddle.diffusion.sampling.SampleLabels;
import io.saddle.diffusion.sampling.Sampler;
import io.saddle.diffusion.sampling.TimestepSpacing;
import io.saddle.diffusion.schedule.BetaSchedule;
import io.saddle.diffusion.schedule.FlowSchedule;
import io.saddle.diffusion.schedule.ForwardProcess;
import io.saddle.diffusion.schedule.ForwardSchedule;
import io.saddle.diffusion.schedule.NoiseSchedule;
import io.saddle.diffusion.schedule.PredictionType;
import io.saddle.diffusion.torch.ComputeDevice;
import io.saddle.diffusion.torch.ComputeDevices;
import io.saddle.diffusion.training.AdamWSettings;
import io.saddle.diffusion.training.Averaging;
import io.saddle.diffusion.training.BatchingMode;
import io.saddle.diffusion.training.Ema;
import io.saddle.diffusion.training.EmaModel;
import io.saddle.diffusion.training.LearningRate;
import io.saddle.diffusion.training.MicroBatch;
import io.saddle.diffusion.training.PrecisionChoice;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.run.spec.DataSelections;
import io.saddle.run.spec.RunSpec;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * A run's specification in the terms of the computing: the network, the forward process, the settings of the descent.
 *
 * @param latents whether the network makes latents, which have no bounds, rather than pixels
 */
public record RunModel(UNet2DConfig network, ForwardSchedule schedule, PredictionType prediction, boolean latents) {

    private static final String DDIM = "ddim";
    private static final String EULER = "euler";

    /** Of a network that makes images. */
    public RunModel(UNet2DConfig network, ForwardSchedule schedule, PredictionType prediction) {
        this(network, schedule, prediction, false);
    }

    /**
     * @throws IllegalArgumentException naming what of the network or the schedule is not supported
     */
    public static RunModel of(RunSpec spec) {
        PredictionType prediction =
                PredictionType.fromDiffusersName(spec.model().prediction());
        return new RunModel(
                UNet2DConfigJson.read(spec.model().unet()),
                schedule(spec.model().schedule(), prediction),
                prediction,
                spec.data().latents());
    }

    private static ForwardSchedule schedule(RunSpec.Schedule schedule, PredictionType prediction) {
        return prediction == PredictionType.FLOW
                ? new FlowSchedule(schedule.trainTimesteps(), schedule.shift())
                : new NoiseSchedule(
                        BetaSchedule.fromDiffusersName(schedule.betaSchedule()),
                        schedule.trainTimesteps(),
                        schedule.betaStart(),
                        schedule.betaEnd(),
                        schedule.zeroTerminalSnr());
    }

    public ForwardProcess forwardProcess() {
        return new ForwardProcess(schedule, prediction);
    }

    /**
     * The sampler that {@code name} (ddim, ddpm, dpmpp-2m or euler; of a flow euler alone) stands for.
     *
     * @param name null: ddim, of a flow euler
     * @param spacing leading, trailing or linspace; null: what suits sampler and schedule
     * @param steps network calls for each image
     * @throws IllegalArgumentException if there is no such sampler or spacing, it does not suit what the network predicts, it
     *     cannot make so many steps, or its only one would be from the least noise
     */
    public Sampler sampler(String name, String spacing, int steps) {
        if (schedule instanceof FlowSchedule flow) {
            return sampler(flow, name, spacing, steps);
        }
        NoiseSchedule betas = NoiseSchedule.of(schedule, "the sampler");
        Sampler sampler = sampler(betas, name == null ? DDIM : name, spacing, steps);
        if (sampler.timesteps()[0] == 0 && betas.trainTimesteps() > 1) {
            throw new IllegalArgumentException(
                    "its one step would be from timestep 0, where next to nothing is taken off:"
                            + " what sampling begins with would be left, and no image; take at least 2 steps, or spacing trailing");
        }
        return sampler;
    }

    private Sampler sampler(NoiseSchedule betas, String name, String spacing, int steps) {
        // Where the last timestep is another one than the rest, without any image, sampling has to begin there.
        TimestepSpacing least = betas.zeroTerminalSnr() ? TimestepSpacing.TRAILING : TimestepSpacing.LEADING;
        return switch (name) {
            case DDIM -> new DdimSampler(betas, prediction, spacing(spacing, least), steps, 0, !latents);
            case "ddpm" -> new DdpmSampler(betas, prediction, spacing(spacing, least), steps, !latents);
            case "dpmpp-2m" ->
                DpmSolverSampler.of(betas, prediction, spacing(spacing, TimestepSpacing.LINSPACE), steps, !latents);
            case EULER -> new EulerSampler(betas, prediction, spacing(spacing, eulers(betas)), steps, !latents);
            default ->
                throw new IllegalArgumentException(
                        "no sampler '" + name + "'; there are ddim, ddpm, dpmpp-2m and euler");
        };
    }

    private static Sampler sampler(FlowSchedule flow, String name, String spacing, int steps) {
        if (name != null && !name.equals(EULER)) {
            throw new IllegalArgumentException("sampler '" + name
                    + "' is for networks that predict epsilon or v_prediction; of a flow there is euler");
        }
        if (spacing != null) {
            throw new IllegalArgumentException("a flow is sampled in even steps: it has no spacing '" + spacing + "'");
        }
        return new FlowEulerSampler(flow, steps);
    }

    /** At the end of the cosine schedule x_0 is (x - s eps) / a with a = 5e-5: latents have no bounds to clip it to. */
    private TimestepSpacing eulers(NoiseSchedule betas) {
        boolean unbounded = latents && prediction == PredictionType.EPSILON;
        return unbounded && betas.beta() == BetaSchedule.SQUAREDCOS_CAP_V2
                ? TimestepSpacing.LEADING
                : TimestepSpacing.LINSPACE;
    }

    private static TimestepSpacing spacing(String named, TimestepSpacing suiting) {
        return named == null ? suiting : TimestepSpacing.of(named);
    }

    /**
     * Draws a run's images as it is judged by: a network that is told classes shows those of the run's data, each alike.
     *
     * @param classes labels of the run's data; asked for where the network is told classes
     * @param autoencoder decodes what the network makes; null where it makes images
     * @throws IOException if they cannot be read
     */
    public ImageSampler images(
            NoisePredictor predictor, RunSpec.Evaluation evaluation, Classes classes, Autoencoder autoencoder)
            throws IOException {
        return images(
                predictor,
                sampler(evaluation.sampler(), evaluation.samplerSpacing(), evaluation.samplerSteps()),
                evaluation.guidance(),
                classes,
                autoencoder);
    }

    /**
     * Draws images; a network that is told classes shows some of them.
     *
     * @param guidance scale of classifier-free guidance; 1 = none
     * @param classes asked for where the network is told classes
     * @param autoencoder decodes what the network makes; null where it makes images
     * @throws IOException if they cannot be read
     * @throws IllegalArgumentException if the network is not told classes and there is guidance
     */
    public static ImageSampler images(
            NoisePredictor predictor, Sampler sampler, double guidance, Classes classes, Autoencoder autoencoder)
            throws IOException {
        SampleLabels labels = predictor.config().classConditional() ? classes.shown() : null;
        return new ImageSampler(predictor, sampler, labels, guided(guidance), autoencoder);
    }

    private static Guidance guided(double scale) {
        return scale == 1 ? null : new Guidance(scale);
    }

    /** The labels that there are in a run's data, in order. */
    @FunctionalInterface
    public interface Classes {
        int[] labels() throws IOException;

        /** Those that images are asked to show: each in its turn. */
        default SampleLabels shown() throws IOException {
            return SampleLabels.inTurn(labels());
        }

        /** The same labels, drawn for each image. */
        default Classes drawn(long seed) {
            Classes own = this;
            return new Classes() {
                @Override
                public int[] labels() throws IOException {
                    return own.labels();
                }

                @Override
                public SampleLabels shown() throws IOException {
                    return SampleLabels.drawn(seed, labels());
                }
            };
        }

        /** Those of the data that a specification names. */
        static Classes of(RunSpec spec, SelectedData data) {
            return () -> data.open(DataSelections.toAvro(spec.data())).classCounts().keySet().stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
        }
    }

    /**
     * The precision that a run trains in.
     *
     * @param recorded what was chosen for it before; null if nothing was
     * @param chosen by the machine, asked where the specification says auto and nothing is recorded
     */
    public static Precision precision(RunSpec spec, Precision recorded, Supplier<Precision> chosen) {
        return switch (spec.training().precision()) {
            case FP32 -> Precision.FP32;
            case BF16 -> Precision.BF16;
            case AUTO -> recorded == null ? chosen.get() : recorded;
        };
    }

    /** As {@link #trainingSettings(RunSpec, Precision, int)}, in the precision of this machine where the run leaves it open. */
    public TrainingSettings trainingSettings(RunSpec spec, int workers) {
        ComputeDevice primary = devices(spec).primary();
        Precision precision =
                precision(spec, null, () -> PrecisionChoice.on(primary).precision());
        return trainingSettings(spec, precision, workers);
    }

    /** The devices that a run's specification names. */
    public static ComputeDevices devices(RunSpec spec) {
        return new ComputeDevices(spec.training().device());
    }

    private static Averaging averaging(RunSpec.Training training) {
        RunSpec.Ema ema = training.ema();
        return ema == null
                ? new Ema(training.emaDecay())
                : new EmaModel(
                        training.emaDecay(),
                        ema.minDecay(),
                        ema.updateAfterStep(),
                        ema.warmup(),
                        ema.invGamma(),
                        ema.power());
    }

    /**
     * The settings of a run's primal steps.
     *
     * @param workers threads that share a step, of all devices together; part of what makes a step reproducible to the bit, like the
     *     precision
     */
    public TrainingSettings trainingSettings(RunSpec spec, Precision precision, int workers) {
        RunSpec.Training training = spec.training();
        LearningRate learningRate = training.decay() == RunSpec.Decay.COSINE
                ? LearningRate.cosine(training.learningRate(), training.warmupSteps(), training.steps())
                : LearningRate.constant(training.learningRate(), training.warmupSteps());
        AdamWSettings torch = AdamWSettings.DEFAULT;
        return new TrainingSettings(
                network,
                schedule,
                prediction,
                training.batchSize(),
                training.batching() == RunSpec.Batching.MIXTURE ? BatchingMode.MIXTURE : BatchingMode.WEIGHTED_SUM,
                learningRate,
                new AdamWSettings(torch.beta1(), torch.beta2(), torch.epsilon(), training.weightDecay()),
                training.clipNorm(),
                averaging(training),
                precision,
                devices(spec),
                workers,
                MicroBatch.rows(network),
                spec.seed(),
                training.diagnosticsEvery(),
                true,
                training.labelDropout(),
                training.minSnrGamma());
    }
}
