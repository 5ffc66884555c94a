package io.saddle.artifact;

import io.saddle.schema.Artifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** Many writers at once. */
final class Concurrently {

    private static final int WRITERS = 8;

    interface Writing {
        Artifact by(int writer) throws IOException;
    }

    private Concurrently() {}

    /** All writers at once, round by round; the first failure is thrown at the end. */
    static List<Artifact> write(int rounds, Writing writing) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        CyclicBarrier barrier = new CyclicBarrier(WRITERS);
        AtomicReference<Exception> failure = new AtomicReference<>();
        try {
            List<Callable<List<Artifact>>> tasks = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                tasks.add(() -> {
                    List<Artifact> written = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        try {
                            written.add(writing.by(writer));
                        } catch (IOException | RuntimeException e) {
                            failure.compareAndSet(null, e);
                        }
                        // In every round, failed or not: nobody may be left waiting here.
                        barrier.await();
                    }
                    return written;
                });
            }
            List<Artifact> all = new ArrayList<>();
            for (Future<List<Artifact>> written : threads.invokeAll(tasks)) {
                all.addAll(written.get());
            }
            if (failure.get() != null) {
                throw failure.get();
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }
}
