package io.saddle.lab.soak;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.lab.simulation.SimulatedRun;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.OfferedEvaluator;
import io.saddle.service.EvaluatorAnnouncer;
import io.saddle.service.MemoryLimit;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The part of trainers and evaluators of many runs, of which a real dual updater makes the multipliers. Not thread-safe. */
final class SimulatedRuns implements AutoCloseable {

    private static final MemoryLimit MEMORY = new MemoryLimit(1L << 40);

    private final KafkaProducer<byte[], byte[]> producer;
    private final List<SimulatedRun> runs;
    private final Map<String, LockstepCheck> checks = new LinkedHashMap<>();
    private final List<EvaluatorAnnouncer> processes;
    private long dualSteps;

    /** @param number of runs */
    SimulatedRuns(KafkaSettings kafka, int number) {
        producer = new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        Publisher publisher = new Publisher(producer, kafka.serdes());
        runs = IntStream.range(0, number)
                .mapToObj(i -> SimulatedRun.withDualUpdater("simulated-" + i, publisher))
                .toList();
        runs.forEach(run -> checks.put(run.spec().name(), new LockstepCheck(run.spec(), run::loss)));
        List<OfferedEvaluator> offers = List.of(new OfferedEvaluator(
                ConstraintKinds.DENOISING_LOSS, List.of(ConstraintKinds.DENOISING_LOSS), "simulated"));
        processes = List.of(
                process(publisher, "primal-trainer", List.of(), number),
                process(publisher, "constraint-evaluator", offers, 0),
                process(publisher, "fid-evaluator", List.of(), 0));
    }

    private static EvaluatorAnnouncer process(
            Publisher publisher, String service, List<OfferedEvaluator> offers, int seats) {
        return new EvaluatorAnnouncer(
                publisher,
                Clock.systemUTC(),
                service,
                "simulated-" + service,
                offers,
                new EvaluatorAnnouncer.Capacity(MEMORY, 1, seats, 0, seats == 0 ? "" : SimulatedRun.WORKER),
                "simulated");
    }

    List<String> names() {
        return List.copyOf(checks.keySet());
    }

    /** What the updates of each run have to pass. */
    Map<String, LockstepCheck> checks() {
        return checks;
    }

    /** Estimates of each snapshot. */
    int constraints() {
        return runs.get(0).spec().constraints().size();
    }

    /** Dual steps, over all runs, whose estimates were sent. */
    long expectedUpdates() {
        return dualSteps * runs.size();
    }

    /** Dual steps of each run whose estimates were sent. */
    long dualSteps() {
        return dualSteps;
    }

    /** Defines every run; returns when that is durable. */
    void define() throws InterruptedException, ExecutionException {
        processes.forEach(EvaluatorAnnouncer::start);
        runs.forEach(SimulatedRun::define);
        awaitDurable();
    }

    /** Sends the next dual steps of every run as fast as they go, round the runs; returns when they are durable. */
    void skip(long number) throws InterruptedException, ExecutionException {
        for (long i = 0; i < number; i++) {
            dualSteps++;
            runs.forEach(run -> run.skip(dualSteps));
        }
        awaitDurable();
    }

    /**
     * Sends what every run says, at the pace of real ones, spread evenly over each second; one of {@value SimulatedRun#SECONDS_PER_DUAL_STEP}
     * runs makes a dual step in a second.
     *
     * @param time a multiple of {@value SimulatedRun#SECONDS_PER_DUAL_STEP} s
     * @return seconds that it took; more than asked for if the machine cannot keep pace
     */
    double live(Duration time) throws InterruptedException, ExecutionException {
        long first = dualSteps * SimulatedRun.SECONDS_PER_DUAL_STEP;
        long begin = System.nanoTime();
        for (long second = 0; second < time.toSeconds(); second++) {
            for (int i = 0; i < runs.size(); i++) {
                long due = begin + TimeUnit.SECONDS.toNanos(second) + TimeUnit.SECONDS.toNanos(1) * i / runs.size();
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                runs.get(i).second(first + i % SimulatedRun.SECONDS_PER_DUAL_STEP + second);
            }
        }
        dualSteps += time.toSeconds() / SimulatedRun.SECONDS_PER_DUAL_STEP;
        awaitDurable();
        return (System.nanoTime() - begin) / 1e9;
    }

    private void awaitDurable() throws InterruptedException, ExecutionException {
        for (SimulatedRun run : runs) {
            run.last().get();
        }
    }

    @Override
    public void close() {
        processes.forEach(EvaluatorAnnouncer::stop);
        producer.close();
    }
}
