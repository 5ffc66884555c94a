package io.saddle.lab.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.study.Study.Variant;
import java.util.regex.Pattern;

/**
 * One run of a study.
 *
 * @param specification with its seed, without a name; places as they are written, so that it is the same on every machine
 * @param hash SHA-256 of all that its result follows from: the specification, that of the run that it starts from, and what it is
 *     judged on
 * @param start the run whose finished model it starts from; null: none
 */
record PlannedRun(String study, Variant variant, long seed, ObjectNode specification, String hash, PlannedRun start) {

    /** Of a result's file; its group is the seed. */
    static final Pattern FILE_NAME = Pattern.compile("[a-z0-9.-]+-seed(\\d{1,10})\\.json");

    private static final int HASH_DIGITS = 8;

    /** What the run is called in the stack: the same for the same work, so that it goes on where it was cut off. */
    String runName() {
        String name = study + "-" + variant.name() + "-" + seed;
        return name.substring(0, Math.min(name.length(), 50)) + "-" + hash.substring(0, HASH_DIGITS);
    }

    /** Its file's name. */
    String fileName() {
        return variant.name() + "-seed" + seed + ".json";
    }

    @Override
    public String toString() {
        return variant.name() + ", seed " + seed;
    }
}
