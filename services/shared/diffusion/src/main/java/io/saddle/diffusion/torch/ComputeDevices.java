package io.saddle.diffusion.torch;

import ai.djl.Device;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The devices of one process that share a piece of work, in order; the first one is the primary. Several times {@code cpu} are logical
 * devices on one processor: what they come to is what as many real ones would.
 *
 * @param names {@code auto}, {@code cpu}, {@code cuda:N}, {@code cuda:all} (every GPU that libtorch sees), or several of {@code cpu} and
 *     {@code cuda:N} joined by commas
 */
public record ComputeDevices(String names) {

    private static final String ALL = "cuda:all";
    private static final Pattern NAMES = Pattern.compile("auto|" + ALL + "|(cpu|cuda:\\d{1,3})(,(cpu|cuda:\\d{1,3}))*");

    public static final ComputeDevices AUTO = new ComputeDevices("auto");

    /** @throws IllegalArgumentException for any other names, and for a GPU that is named twice */
    public ComputeDevices {
        if (!NAMES.matcher(names).matches()) {
            throw new IllegalArgumentException(
                    "device: must be auto, cpu, cuda:N, cuda:all or a list such as cuda:0,cuda:1, was " + names);
        }
        Set<Integer> gpus = new HashSet<>();
        for (String name : names.split(",")) {
            if (name.matches("cuda:\\d+") && !gpus.add(ComputeDevice.number(name))) {
                throw new IllegalArgumentException("device: " + name + " is named twice; name each GPU once");
            }
        }
    }

    /** The first device, which the optimizer lives on; of {@code cuda:all} the first GPU, whether there is one or not. */
    public ComputeDevice primary() {
        return names.equals(ALL) ? new ComputeDevice("cuda:0") : listed().get(0);
    }

    /** Number of those that are the processor by name, whatever the machine. */
    public int processors() {
        return Math.toIntExact(Arrays.stream(names.split(","))
                .filter(ComputeDevice.CPU.name()::equals)
                .count());
    }

    /**
     * The devices on a machine, the primary first.
     *
     * @param gpus how many libtorch sees
     * @throws NoSuchDeviceException if there is no such GPU
     */
    List<Device> on(int gpus) {
        if (!names.equals(ALL)) {
            return listed().stream().map(device -> device.on(gpus)).toList();
        }
        if (gpus == 0) {
            throw new NoSuchDeviceException("device: cuda:all is every GPU, and libtorch sees no GPU here; use auto or"
                    + " cpu, or a trainer that has GPUs");
        }
        return IntStream.range(0, gpus).mapToObj(Device::gpu).toList();
    }

    private List<ComputeDevice> listed() {
        return Arrays.stream(names.split(",")).map(ComputeDevice::new).toList();
    }
}
