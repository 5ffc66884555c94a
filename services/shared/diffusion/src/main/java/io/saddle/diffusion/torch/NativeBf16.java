package io.saddle.diffusion.torch;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** bfloat16 arithmetic in a device's hardware, as far as the device says so. */
public final class NativeBf16 {
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final Pattern FLAG =
            Pattern.compile("^(flags|Features)\\s*:.*\\s(avx512_bf16|amx_bf16|bf16)\\b", Pattern.MULTILINE);
    private static final int FIRST_GPU = 80;

    private NativeBf16() {}

    /** False also where the device does not say. */
    public static boolean isIn(Device device) {
        try {
            return device.isGpu()
                    ? Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId())) >= FIRST_GPU
                    : isAmongFlags(Files.readString(PROCESSOR));
        } catch (IOException | RuntimeException | LinkageError e) {
            return false; // no Linux, or no CUDA runtime to ask
        }
    }

    /** @param cpuinfo what Linux says of the processor: x86 calls them flags, arm Features */
    static boolean isAmongFlags(String cpuinfo) {
        return FLAG.matcher(cpuinfo).find();
    }
}
