package io.saddle.lab.bench.quality;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Json;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A training's quality over its time.
 *
 * @param points in the order of their steps
 */
record QualityCurve(List<Point> points) {

    /**
     * A model on the way.
     *
     * @param step of the training
     * @param distance Frechet distance of images drawn from it
     * @param seconds since the side was started, until its images were there
     * @param joules of the whole machine's processors since then; empty where nobody counts them
     */
    record Point(long step, double distance, double seconds, OptionalDouble joules) {}

    QualityCurve {
        points = List.copyOf(points);
    }

    /** The first model that is as good as this. */
    Optional<Point> to(double distance) {
        return points.stream().filter(point -> point.distance() <= distance).findFirst();
    }

    /**
     * The least distance of all models.
     *
     * @throws java.util.NoSuchElementException if there are none
     */
    double best() {
        return points.stream().mapToDouble(Point::distance).min().orElseThrow();
    }

    ArrayNode toJson() {
        ArrayNode json = Json.array();
        for (Point point : points) {
            ObjectNode row = json.addObject()
                    .put("step", point.step())
                    .put("distance", point.distance())
                    .put("seconds", point.seconds());
            point.joules().ifPresent(joules -> row.put("joules", joules));
        }
        return json;
    }
}
