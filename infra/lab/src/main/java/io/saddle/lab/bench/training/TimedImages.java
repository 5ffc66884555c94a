package io.saddle.lab.bench.training;

import io.saddle.diffusion.data.ImageDataSet;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Images that tell how long reading them took, whatever thread did it. */
final class TimedImages implements ImageDataSet.Pixels {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ImageDataSet images;
    private final LongAdder nanos = new LongAdder();
    private final LongAdder cpuNanos = new LongAdder();

    TimedImages(ImageDataSet images) {
        this.images = images;
    }

    /** The same images, timed, all of one class. */
    ImageDataSet dataSet() {
        return new ImageDataSet(
                this, new int[images.count()], Map.of(), images.channels(), images.height(), images.width());
    }

    @Override
    public boolean areOnDisk() {
        return images.isOnDisk();
    }

    @Override
    public void load(int index) {
        images.load(index);
    }

    @Override
    public void scaled(int index, float[] target, int offset) {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        images.scaled(index, target, offset);
        nanos.add(System.nanoTime() - start);
        cpuNanos.add(THREADS.getCurrentThreadCpuTime() - cpu);
    }

    /** Reads every image once, untimed. */
    void readAll() {
        float[] target = new float[images.imageSize()];
        for (int i = 0; i < images.count(); i++) {
            images.scaled(i, target, 0);
        }
    }

    void reset() {
        nanos.reset();
        cpuNanos.reset();
    }

    /** Time of all threads since the last reset. */
    long nanos() {
        return nanos.sum();
    }

    /** Processor time of all threads since the last reset. */
    long cpuNanos() {
        return cpuNanos.sum();
    }
}
