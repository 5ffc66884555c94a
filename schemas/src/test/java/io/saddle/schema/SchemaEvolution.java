package io.saddle.schema;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** FULL_TRANSITIVE compatibility: every version reads what every other one wrote. */
final class SchemaEvolution {

    private SchemaEvolution() {}

    /** Every change that keeps one version from reading another; versions count from 1. */
    static List<String> breaks(List<Schema> versions) {
        List<String> breaks = new ArrayList<>();
        for (int reader = 0; reader < versions.size(); reader++) {
            for (int writer = 0; writer < versions.size(); writer++) {
                String pair = "version " + (reader + 1) + " cannot read version " + (writer + 1) + ": ";
                SchemaCompatibility.checkReaderWriterCompatibility(versions.get(reader), versions.get(writer))
                        .getResult()
                        .getIncompatibilities()
                        .forEach(change -> breaks.add(
                                pair + change.getType() + " at " + change.getLocation() + ": " + change.getMessage()));
            }
        }
        return breaks;
    }
}
