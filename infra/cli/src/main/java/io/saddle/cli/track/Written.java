package io.saddle.cli.track;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The newest point of each curve that has been written. */
final class Written {

    private final Map<String, ReadPosition> newest = new HashMap<>();

    /** Takes note of a point that is there. */
    void add(String tag, ReadPosition at) {
        newest.merge(tag, at, (known, other) -> known.compareTo(other) >= 0 ? known : other);
    }

    /** Takes note of points that are there. */
    void addAll(List<Scalar> scalars) {
        scalars.forEach(scalar -> add(scalar.tag(), scalar.at()));
    }

    /** The newest point of this curve, if there is any. */
    Optional<ReadPosition> newest(String tag) {
        return Optional.ofNullable(newest.get(tag));
    }

    /** Those behind the newest of their curve, in their order. */
    List<Scalar> missing(List<Scalar> scalars) {
        return scalars.stream()
                .filter(scalar -> {
                    ReadPosition known = newest.get(scalar.tag());
                    return known == null || scalar.at().compareTo(known) > 0;
                })
                .toList();
    }
}
