package io.saddle.lab.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A matrix of runs: variants of one specification, each for several seeds. {@code study.schema.json} describes the file.
 *
 * @param base the specification that variants change, with the judges in it, places as they are written
 * @param rare labels or names of the classes that it is about
 * @param heldOut keys that replace those of a constraint's data; null: nothing is held out
 * @param quick changes of every variant under --quick
 */
record Study(
        String name,
        String title,
        String question,
        ObjectNode base,
        List<String> rare,
        ObjectNode heldOut,
        List<Preparation> preparations,
        List<Variant> variants,
        List<Long> seeds,
        ObjectNode quick) {

    Study {
        rare = List.copyOf(rare);
        preparations = List.copyOf(preparations);
        variants = List.copyOf(variants);
        seeds = List.copyOf(seeds);
    }

    /**
     * One thing that is compared with others.
     *
     * @param set changes of the base
     * @param start the variant whose finished model it starts from; null: from the base's start
     * @param against the variant that it is compared with; null: none
     */
    record Variant(String name, String title, ObjectNode set, String start, String against) {}

    /**
     * What runs name and is made before they train.
     *
     * @param dataset of the artifact store; null: a file
     * @param file its address; null: a data set
     * @param commands that make it
     */
    record Preparation(String dataset, String file, List<List<String>> commands) {

        /** What it is, for people. */
        String words() {
            return dataset == null ? file : "data set " + dataset;
        }
    }

    /** Addresses of the files that are made before runs train. */
    List<String> made() {
        return preparations.stream()
                .map(Preparation::file)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Whether this is about a class; {@link #rare} has labels or names. */
    boolean isRare(int label, String name) {
        return rare.contains(Integer.toString(label)) || rare.contains(name);
    }

    Optional<Variant> variant(String named) {
        return variants.stream().filter(variant -> variant.name().equals(named)).findFirst();
    }
}
