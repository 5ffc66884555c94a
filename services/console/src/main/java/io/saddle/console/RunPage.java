package io.saddle.console;

import io.saddle.run.spec.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A part of a list of runs. Pure.
 *
 * @param limit the most there are
 * @param offset how many of the first are left out
 */
record RunPage(boolean newestFirst, int limit, int offset) {

    /** The whole list, the oldest first. */
    static final RunPage WHOLE = new RunPage(false, Integer.MAX_VALUE, 0);

    private static final int LARGEST = 1000;

    /** @param problems takes every mistake, by the parameter's name */
    static RunPage of(RunQuery query, List<Problem> problems) {
        boolean newest = "newest".equals(query.order);
        if (query.order != null && !newest && !query.order.equals("oldest")) {
            problems.add(new Problem("order", "must be oldest or newest, was '" + query.order + "'"));
        }
        if (query.limit != null && (query.limit < 1 || query.limit > LARGEST)) {
            problems.add(new Problem("limit", "must be 1 to " + LARGEST + ", was " + query.limit));
        }
        if (query.offset != null && query.offset < 0) {
            problems.add(new Problem("offset", "must be >= 0, was " + query.offset));
        }
        return new RunPage(
                newest, query.limit == null ? Integer.MAX_VALUE : query.limit, query.offset == null ? 0 : query.offset);
    }

    /** @param oldestFirst the whole list */
    <T> List<T> of(List<T> oldestFirst) {
        List<T> ordered = new ArrayList<>(oldestFirst);
        if (newestFirst) {
            Collections.reverse(ordered);
        }
        return ordered.stream().skip(offset).limit(limit).toList();
    }

    /** Where the next page begins; empty on the last. */
    Optional<Integer> next(int total) {
        long end = (long) offset + limit;
        return end < total ? Optional.of((int) end) : Optional.empty();
    }
}
