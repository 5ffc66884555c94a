package io.saddle.diffusion.training;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.network.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class ReadAheadTest {

    private static final Multipliers LAMBDA = new Multipliers(0.7);
    private static final TrainingSettings SETTINGS = TinyRun.settings(BatchingMode.MIXTURE, 10, Precision.FP32, 0, 5);

    /** Images on a disk that has to be allowed each one; they know what was asked of them. */
    private static final class Disk implements ImageDataSet.Pixels {
        private final ImageDataSet images;
        private final Semaphore allowed;
        private final List<Integer> loaded = Collections.synchronizedList(new ArrayList<>());
        private final List<Integer> read = Collections.synchronizedList(new ArrayList<>());

        Disk(ImageDataSet images, int allowed) {
            this.images = images;
            this.allowed = new Semaphore(allowed);
        }

        @Override
        public void scaled(int index, float[] target, int offset) {
            read.add(index);
            images.scaled(index, target, offset);
        }

        @Override
        public boolean areOnDisk() {
            return true;
        }

        @Override
        public void load(int index) {
            allowed.acquireUninterruptibly();
            loaded.add(index);
        }

        ImageDataSet dataSet() {
            return new ImageDataSet(this, new int[images.count()], Map.of(), 1, 8, 8);
        }
    }

    private static List<Integer> sorted(List<Integer> images) {
        return images.stream().sorted().toList();
    }

    @Test
    void whatAStepReadsWasLoadedDuringTheStepBefore() {
        List<Source> inMemory = TinyRun.sources();
        Disk disk = new Disk(inMemory.get(0).data(), Integer.MAX_VALUE);
        // A selection of the images, the last first, as of a class.
        int[] backwards = new int[disk.images.count()];
        for (int i = 0; i < backwards.length; i++) {
            backwards[i] = backwards.length - 1 - i;
        }
        List<Source> sources = List.of(new Source("objective", disk.dataSet().select(backwards)), inMemory.get(1));
        try (PrimalTraining training = new PrimalTraining(SETTINGS, sources, ModelState.initial(TinyRun.NETWORK, 3))) {
            training.step(LAMBDA);
            int first = disk.read.size();
            int rows = StepPlan.of(SETTINGS, new int[] {30, 7}, LAMBDA, 2).rows()[0];
            assertTrue(first > 0 && first < 10, "some rows are the other source's");
            await().until(() -> disk.loaded.size() == rows);
            List<Integer> foreseen = List.copyOf(disk.loaded);
            training.step(LAMBDA);
            List<Integer> second = disk.read.subList(first, disk.read.size());
            assertEquals(sorted(second), sorted(foreseen));
        }
    }

    /** Nobody waits for a disk but who needs the image now. */
    @Test
    void stepsGoOnWhileTheDiskIsSlow() {
        Disk disk = new Disk(TinyRun.sources().get(0).data(), 0);
        try (PrimalTraining training = new PrimalTraining(
                SETTINGS,
                List.of(
                        new Source("objective", disk.dataSet()),
                        TinyRun.sources().get(1)),
                ModelState.initial(TinyRun.NETWORK, 3))) {
            for (int i = 0; i < 5; i++) {
                training.step(LAMBDA);
            }
            assertEquals(5, training.step());
            disk.allowed.release(1000);
        }
    }

    @Test
    void imagesInMemoryTakeNoThread() {
        try (PrimalTraining training =
                new PrimalTraining(SETTINGS, TinyRun.sources(), ModelState.initial(TinyRun.NETWORK, 3))) {
            training.step(LAMBDA);
            // Of the tests before, one may be ending.
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("read-ahead")));
        }
    }
}
