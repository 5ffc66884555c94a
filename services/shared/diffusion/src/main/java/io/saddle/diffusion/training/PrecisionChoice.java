package io.saddle.diffusion.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.torch.ComputeDevice;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.torch.NativeBf16;
import io.saddle.diffusion.torch.TorchRuntime;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The precision that a device trains fastest in: fp32 without native bf16, bf16 on a GPU that has it, and on a processor that
 * has it the one that was measured to be faster.
 *
 * @param reason for a person
 */
public record PrecisionChoice(Precision precision, String reason) {
    private static final UNet2DConfig PROBE = UNet2DConfig.of(28, 1, List.of(32, 64), 1, 8);
    private static final int ROWS = 4;
    private static final int ROUNDS = 3;

    /** Milliseconds of processor time of the same forward and backward pass. */
    record Timing(double fp32, double bf16) {}

    /** Measured once in a process: a second run must not pay for it again. */
    private static final class Processor {
        static final PrecisionChoice CHOICE = of(false, NativeBf16.isIn(Device.cpu()), PrecisionChoice::measured);
    }

    /** The choice for the device on which networks are evaluated here: the first GPU where libtorch sees one, else the processor. */
    public static PrecisionChoice here() {
        return on(TorchRuntime.get().device());
    }

    /**
     * The choice for a device of this machine. The first for a processor with native bf16 takes about a second.
     *
     * @throws IllegalArgumentException if this machine has no such device
     */
    public static PrecisionChoice on(ComputeDevice name) {
        return on(TorchRuntime.get().device(name));
    }

    private static PrecisionChoice on(Device device) {
        return device.isGpu() ? of(true, NativeBf16.isIn(device), PrecisionChoice::measured) : Processor.CHOICE;
    }

    static PrecisionChoice of(boolean gpu, boolean nativeBf16, Supplier<Timing> timing) {
        if (!nativeBf16) {
            return new PrecisionChoice(Precision.FP32, "no native bf16 here");
        }
        if (gpu) {
            return new PrecisionChoice(Precision.BF16, "the GPU has native bf16");
        }
        Timing measured = timing.get();
        return new PrecisionChoice(
                measured.bf16() < measured.fp32() ? Precision.BF16 : Precision.FP32,
                String.format(
                        Locale.ROOT, "measured %.1f ms in bf16, %.1f ms in fp32", measured.bf16(), measured.fp32()));
    }

    /** The least of some rounds, in the time of this thread, in which libtorch computes: others may be using the processor. */
    private static Timing measured() {
        try (UNet2D network = UNet2D.compile(PROBE);
                NDManager manager = TorchRuntime.get().newManager(ComputeDevice.CPU);
                HostVector initial = network.layout().initialValues(1)) {
            NDArray weights = initial.on(manager);
            double fp32 = Double.POSITIVE_INFINITY;
            double bf16 = Double.POSITIVE_INFINITY;
            for (int round = 0; round < ROUNDS; round++) {
                fp32 = Math.min(fp32, millis(network, weights, Precision.FP32));
                bf16 = Math.min(bf16, millis(network, weights, Precision.BF16));
            }
            return new Timing(fp32, bf16);
        }
    }

    private static double millis(UNet2D network, NDArray weights, Precision precision) {
        try (NDManager scope = weights.getManager().newSubManager()) {
            NDArray x = scope.ones(new Shape(ROWS, 1, PROBE.height(), PROBE.width()));
            NDArray t = scope.ones(new Shape(ROWS), DataType.INT64);
            NDArray rowWeights = scope.ones(new Shape(ROWS));
            ThreadMXBean thread = ManagementFactory.getThreadMXBean();
            long begun = thread.getCurrentThreadCpuTime();
            network.lossAndGradient(x, t, x, rowWeights, weights, precision);
            return (thread.getCurrentThreadCpuTime() - begun) / 1e6;
        }
    }
}
