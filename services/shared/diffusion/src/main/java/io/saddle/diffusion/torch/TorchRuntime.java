package io.saddle.diffusion.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * libtorch in this process, started once and set up for many small steps on few cores. System properties, read at the start:
 * {@code ai.djl.pytorch.num_threads} (threads within one operator; default 1, because this library runs its own workers),
 * {@code saddle.torch.mallopt} (default true, see {@link Allocator}) and {@code DJL_CACHE_DIR} (where natives are unpacked).
 */
public final class TorchRuntime {
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    /** What to do where libtorch cannot be loaded. */
    public static final String REMEDY =
            "see that the folder in which natives are unpacked (DJL_CACHE_DIR, else .djl.ai in the home"
                    + " folder) can be written and has room, that the image has a libtorch for this processor and glibc, and start the"
                    + " service again";

    private static volatile TorchRuntime runtime;

    private final Engine engine;

    private TorchRuntime() {
        defaultProperty("OPT_OUT_TRACKING", "true");
        defaultProperty("ai.djl.offline", "true");
        defaultProperty(THREADS, "1");
        // The profiling executor would rewrite the graphs that carry gradients: slower, and it fails after inference.
        System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
        if (Boolean.parseBoolean(System.getProperty("saddle.torch.mallopt", "true"))) {
            Allocator.keepFreedMemory();
        }
        engine = Engine.getEngine("PyTorch");
    }

    /**
     * The runtime; the first call starts it. One that failed is made again at the next.
     *
     * @throws EngineException if libtorch cannot be loaded, see {@link #REMEDY}
     */
    public static TorchRuntime get() {
        TorchRuntime started = runtime;
        return started == null ? start() : started;
    }

    private static synchronized TorchRuntime start() {
        if (runtime == null) {
            runtime = new TorchRuntime();
        }
        return runtime;
    }

    /** Threads within one operator. */
    public int threads() {
        return Integer.getInteger(THREADS);
    }

    /** A manager for arrays on the default device. The caller closes it. */
    public NDManager newManager() {
        return engine.newBaseManager();
    }

    /**
     * A manager for arrays on this device. The caller closes it.
     *
     * @throws NoSuchDeviceException if this machine has no such device
     */
    public NDManager newManager(ComputeDevice device) {
        return newManager(device(device));
    }

    /** A manager for arrays on a device of this machine. The caller closes it. */
    public NDManager newManager(Device device) {
        return engine.newBaseManager(device);
    }

    /**
     * The device of this name.
     *
     * @throws NoSuchDeviceException if this machine has no such device
     */
    public Device device(ComputeDevice name) {
        return name.on(engine.getGpuCount());
    }

    /**
     * The devices of these names, the primary first.
     *
     * @throws NoSuchDeviceException if this machine lacks one of them
     */
    public List<Device> devices(ComputeDevices names) {
        return names.on(engine.getGpuCount());
    }

    /** The CPU, or the first GPU where libtorch sees one. */
    public Device device() {
        return engine.defaultDevice();
    }

    /** Engine and version, for logs. */
    public String description() {
        return engine.getEngineName() + " " + engine.getVersion() + " on " + device();
    }

    private static void defaultProperty(String name, String value) {
        if (System.getenv(name) == null && System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
