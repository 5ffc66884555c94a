package io.saddle.console;

import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.OfferedEvaluator;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The evaluators and trainers that announce themselves, by instance. When one was heard is told by the clock of this machine alone: others' may be
 * wrong. So the last words of those that are gone count as heard when the console starts, for three heartbeats. And by the time in which it
 * has heard Kafka: while the broker hangs, everybody is silent, and nobody is gone. Written by the reader's thread, read by any.
 */
final class EvaluatorTable {

    /** Heartbeats that may be missed. */
    private static final double MISSED = 3;
    /** Within so many one who is there is heard. */
    private static final double ON_TIME = 1.5;

    private record Heard(EvaluatorAnnouncement announcement, long atNanos) {}

    private final Map<String, Heard> instances = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /** @param nanos the time in which Kafka was heard: a clock that nobody sets */
    EvaluatorTable(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void put(EvaluatorAnnouncement announcement) {
        instances.put(announcement.getInstance(), new Heard(announcement, nanos.getAsLong()));
    }

    void remove(String instance) {
        instances.remove(instance);
    }

    /** True if somebody who is not silent offers to measure this kind under the evaluator's name. */
    boolean offers(ConstraintDefinition definition) {
        return kinds(definition.getEvaluator()).contains(ConstraintKinds.of(definition));
    }

    /** What those who are not silent offer. */
    List<String> names() {
        return present().stream()
                .flatMap(announcement -> announcement.getEvaluators().stream())
                .map(OfferedEvaluator::getName)
                .distinct()
                .sorted()
                .toList();
    }

    /** The kinds that somebody offers to measure under this name, in order; empty if nobody offers it. */
    List<String> kinds(String evaluator) {
        return present().stream()
                .flatMap(announcement -> announcement.getEvaluators().stream())
                .filter(offered -> offered.getName().equals(evaluator))
                .flatMap(offered -> offered.getKinds().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** True if a process of this service is not silent. */
    boolean isAlive(String service) {
        return !of(service, present()).isEmpty();
    }

    /** The one of a service that may take the most memory; empty if none is there, or none says so. */
    Optional<EvaluatorAnnouncement> largest(String service) {
        return of(service, present()).stream()
                .filter(announcement -> announcement.getMemoryBytes() > 0)
                .max(Comparator.comparingLong(EvaluatorAnnouncement::getMemoryBytes));
    }

    /** Those that are not silent, by instance in order. */
    List<EvaluatorAnnouncement> present() {
        return heardWithin(MISSED);
    }

    /** Those of a service whose last heartbeat is not overdue; while all of them are late, all that are not silent. */
    List<EvaluatorAnnouncement> onTime(String service) {
        List<EvaluatorAnnouncement> onTime = of(service, heardWithin(ON_TIME));
        return onTime.isEmpty() ? of(service, present()) : onTime;
    }

    /**
     * True if nobody who is not silent may be the trainer of this name. One that has never been heard may be of a build that does
     * not say its name.
     */
    boolean hasGone(String worker) {
        List<EvaluatorAnnouncement> trainers = of(Absences.TRAINER, present());
        if (trainers.stream().anyMatch(trainer -> trainer.getWorker().equals(worker))) {
            return false;
        }
        boolean wasHeard = instances.values().stream()
                .anyMatch(heard -> heard.announcement().getWorker().equals(worker));
        return wasHeard || !trainers.isEmpty() && allSayTheirNames(trainers);
    }

    static boolean allSayTheirNames(List<EvaluatorAnnouncement> trainers) {
        return trainers.stream().noneMatch(trainer -> trainer.getWorker().isEmpty());
    }

    private static List<EvaluatorAnnouncement> of(String service, List<EvaluatorAnnouncement> processes) {
        return processes.stream()
                .filter(process -> process.getService().equals(service))
                .toList();
    }

    private List<EvaluatorAnnouncement> heardWithin(double heartbeats) {
        long now = nanos.getAsLong();
        return instances.values().stream()
                .filter(heard -> now - heard.atNanos()
                        <= heartbeats
                                * Duration.ofSeconds(heard.announcement().getHeartbeatSeconds())
                                        .toNanos())
                .map(Heard::announcement)
                .sorted(Comparator.comparing(EvaluatorAnnouncement::getInstance))
                .toList();
    }
}
