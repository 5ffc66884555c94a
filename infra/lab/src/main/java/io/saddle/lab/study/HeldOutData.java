package io.saddle.lab.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.run.spec.Changes;
import java.util.ArrayList;
import java.util.List;

/** A run's specification as it would be on the images that are held out: the same classes and conditions, all images of them. */
final class HeldOutData {

    private HeldOutData() {}

    /**
     * A changed copy: the run's data and that of each constraint.
     *
     * @param heldOut keys that replace those of the data
     */
    static ObjectNode specification(ObjectNode specification, ObjectNode heldOut) {
        ObjectNode copy = specification.deepCopy();
        change(copy.withObject("/data"), heldOut);
        for (JsonNode constraint : copy.path("constraints")) {
            if (constraint.get("data") instanceof ObjectNode data) {
                change(data, heldOut);
            }
        }
        return copy;
    }

    private static void change(ObjectNode data, ObjectNode heldOut) {
        data.remove("groups");
        if (data.get("classes") instanceof ObjectNode classes) {
            List<String> names = new ArrayList<>();
            classes.fieldNames().forEachRemaining(names::add);
            names.forEach(classes::putObject);
        }
        if (heldOut.has("images") || heldOut.has("dataset")) {
            data.remove(List.of("images", "labels", "dataset"));
        }
        data.setAll(Changes.apply(data, heldOut, "heldOut", new ArrayList<>()));
    }
}
