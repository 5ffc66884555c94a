package io.saddle.console;

import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.EvaluatorAnnouncement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The evaluators and trainers that announce themselves, by instance. Written by the reader's thread, read by any. */
final class EvaluatorTable {

    /** Heartbeats that may be missed. */
    private static final int MISSED = 3;

    private final Map<String, EvaluatorAnnouncement> instances = new ConcurrentHashMap<>();
    private final Clock clock;

    EvaluatorTable(Clock clock) {
        this.clock = clock;
    }

    void put(EvaluatorAnnouncement announcement) {
        instances.put(announcement.getInstance(), announcement);
    }

    void remove(String instance) {
        instances.remove(instance);
    }

    /** True if somebody who is not silent offers to measure this kind under the evaluator's name. */
    boolean offers(ConstraintDefinition definition) {
        String kind = ConstraintKinds.of(definition);
        return present().stream()
                .flatMap(announcement -> announcement.getEvaluators().stream())
                .anyMatch(offered -> offered.getName().equals(definition.getEvaluator())
                        && offered.getKinds().contains(kind));
    }

    /** True if a process of this service is not silent. */
    boolean isAlive(String service) {
        return present().stream()
                .anyMatch(announcement -> announcement.getService().equals(service));
    }

    /** The one of a service that may take the most memory; empty if none is there, or none says so. */
    Optional<EvaluatorAnnouncement> largest(String service) {
        return present().stream()
                .filter(announcement -> announcement.getService().equals(service))
                .filter(announcement -> announcement.getMemoryBytes() > 0)
                .max(Comparator.comparingLong(EvaluatorAnnouncement::getMemoryBytes));
    }

    /** Those that are not silent, by instance in order. */
    List<EvaluatorAnnouncement> present() {
        Instant now = clock.instant();
        return instances.values().stream()
                .filter(announcement -> !isSilent(announcement, now))
                .sorted(Comparator.comparing(EvaluatorAnnouncement::getInstance))
                .toList();
    }

    private static boolean isSilent(EvaluatorAnnouncement announcement, Instant now) {
        Duration patience = Duration.ofSeconds((long) MISSED * announcement.getHeartbeatSeconds());
        return announcement.getAnnouncedAt().plus(patience).isBefore(now);
    }
}
