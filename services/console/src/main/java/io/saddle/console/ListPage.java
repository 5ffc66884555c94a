package io.saddle.console;

import io.saddle.run.spec.Problem;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A part of a list. Pure.
 *
 * @param reversed whether the list is taken from its end: of runs, the newest first
 * @param limit the most there are
 * @param offset how many of the first are left out
 */
record ListPage(boolean reversed, int limit, int offset) {

    /** The whole list, in its own order. */
    static final ListPage WHOLE = new ListPage(false, Integer.MAX_VALUE, 0);

    static final String TOTAL = "X-Total-Count";

    private static final int LARGEST = 1000;

    /** @param problems takes every mistake, by the parameter's name */
    static ListPage of(RunQuery query, List<Problem> problems) {
        boolean newest = "newest".equals(query.order);
        if (query.order != null && !newest && !query.order.equals("oldest")) {
            problems.add(new Problem("order", "must be oldest or newest, was '" + query.order + "'"));
        }
        return new ListPage(newest, most("limit", query.limit, problems), leftOut(query.offset, problems));
    }

    /** A part of a list that has an order of its own; null: all, and none left out. */
    static ListPage of(Integer limit, Integer offset, List<Problem> problems) {
        return new ListPage(false, most("limit", limit, problems), leftOut(offset, problems));
    }

    /** The most there are, as it was asked; null: all. */
    static int most(String parameter, Integer asked, List<Problem> problems) {
        if (asked != null && (asked < 1 || asked > LARGEST)) {
            problems.add(new Problem(parameter, "must be 1 to " + LARGEST + ", was " + asked));
        }
        return asked == null ? Integer.MAX_VALUE : asked;
    }

    private static int leftOut(Integer asked, List<Problem> problems) {
        if (asked != null && asked < 0) {
            problems.add(new Problem("offset", "must be >= 0, was " + asked));
        }
        return asked == null ? 0 : asked;
    }

    /** @param list the whole list, in its own order: of runs the oldest first */
    <T> List<T> of(List<T> list) {
        List<T> ordered = new ArrayList<>(list);
        if (reversed) {
            Collections.reverse(ordered);
        }
        return ordered.stream().skip(offset).limit(limit).toList();
    }

    /** Where the next page begins; empty on the last. */
    Optional<Integer> next(int total) {
        long end = (long) offset + limit;
        return end < total ? Optional.of((int) end) : Optional.empty();
    }

    /** An answer with this part; how many there are in all stands in a header, and where the next ones are. */
    Response answer(List<?> part, int total, UriInfo address) {
        Response.ResponseBuilder answer = Response.ok(part).header(TOTAL, total);
        next(total)
                .ifPresent(next -> answer.link(
                        address.getRequestUriBuilder()
                                .replaceQueryParam("offset", next)
                                .build(),
                        "next"));
        return answer.build();
    }
}
