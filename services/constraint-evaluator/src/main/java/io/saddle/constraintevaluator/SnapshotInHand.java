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

    private record Published(String constraintId, int version) {
        static Published of(ConstraintDefinition definition) {
            return new Published(definition.getConstraintId(), definition.getVersion());
        }
    }

    private final Set<Published> published = new HashSet<>();
    private Place place;

    /** Takes a snapshot up; one that was announced again is another one, for somebody may have lost the estimates of the first. */
    void takeUp(Received<ModelSnapshot> received) {
        Place other = new Place(received.partition(), received.offset());
        if (!other.equals(place)) {
            published.clear();
            place = other;
        }
    }

    void published(ConstraintDefinition definition) {
        published.add(Published.of(definition));
    }

    /** Those of the definitions that have no estimate of it yet. */
    List<ConstraintDefinition> left(List<ConstraintDefinition> definitions) {
        return definitions.stream()
                .filter(definition -> !published.contains(Published.of(definition)))
                .toList();
    }
}
