package io.saddle.diffusion.torch;

import ai.djl.Device;
import java.util.regex.Pattern;

/**
 * The device that arrays live and are computed on, by PyTorch's names. The code is the same on either device; on a GPU it has not been
 * tried yet.
 *
 * @param name {@code auto} (the first GPU where libtorch sees one, else the CPU), {@code cpu} or {@code cuda:N}
 */
public record ComputeDevice(String name) {

    private static final Pattern NAMES = Pattern.compile("auto|cpu|cuda:\\d{1,3}");

    public static final ComputeDevice AUTO = new ComputeDevice("auto");

    public static final ComputeDevice CPU = new ComputeDevice("cpu");

    /** @throws IllegalArgumentException for any other name */
    public ComputeDevice {
        if (!NAMES.matcher(name).matches()) {
            throw new IllegalArgumentException("device: must be auto, cpu or cuda:N, was " + name);
        }
    }

    /**
     * The device of this name on a machine.
     *
     * @param gpus how many libtorch sees
     * @throws NoSuchDeviceException if there is no such GPU
     */
    Device on(int gpus) {
        if (name.equals("cpu") || name.equals("auto") && gpus == 0) {
            return Device.cpu();
        }
        int number = name.equals("auto") ? 0 : number(name);
        if (number >= gpus) {
            throw new NoSuchDeviceException("device: there is no " + name + " here, libtorch sees "
                    + (gpus == 0 ? "no GPU" : gpus + " GPUs") + "; use auto or cpu, or a trainer that has it");
        }
        return Device.gpu(number);
    }

    /** N of {@code cuda:N}. */
    static int number(String gpu) {
        return Integer.parseInt(gpu.substring(gpu.indexOf(':') + 1));
    }
}
