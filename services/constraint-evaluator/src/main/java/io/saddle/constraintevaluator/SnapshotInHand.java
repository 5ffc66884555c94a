package io.saddle.constraintevaluator;

import io.saddle.kafka.Received;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ModelSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The snapshot that is worked on, and whose estimates of it are on their topic: a further try, for the sake of a constraint that could
 * not be measured, repeats none of them. One thread at a time.
 */
final class SnapshotInHand {

    private record Place(int partition, long offset) {}

    private final Set<ConstraintVersion> published = new HashSet<>();
    private Place place;

    /** Notes that one of those has its estimate. */
    void published(ConstraintDefinition definition) {
        published.add(ConstraintVersion.of(definition));
    }

    /**
     * Those of the definitions that have no estimate of a snapshot yet. One that was announced again is another one, for somebody may have
     * lost the estimates of the first.
     */
    List<ConstraintDefinition> left(Received<ModelSnapshot> snapshot, List<ConstraintDefinition> definitions) {
        Place other = new Place(snapshot.partition(), snapshot.offset());
        if (!other.equals(place)) {
            published.clear();
            place = other;
        }
        return definitions.stream()
                .filter(definition -> !published.contains(ConstraintVersion.of(definition)))
                .toList();
    }
}
