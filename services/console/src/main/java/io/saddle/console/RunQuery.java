package io.saddle.console;

import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The query of a list of runs, as it was asked; {@link RunFilter} reads it. */
public final class RunQuery {

    @Parameter(description = "Those in these phases, with commas between: TRAINING,PAUSED; without: any")
    @QueryParam("phase")
    List<String> phase;

    @Parameter(
            description =
                    "Those whose labels meet all of these: team=vision, team!=vision, team (any value), !team (no such"
                            + " label)")
    @QueryParam("label")
    List<String> label;

    @Parameter(description = "Those with these words in name, description or labels, in any case")
    @QueryParam("text")
    String text;

    @Parameter(
            description = "Submitted since: a day (UTC), a time, or how long ago: 2026-11-01, 2026-11-01T08:00:00Z, 2d")
    @QueryParam("since")
    String since;

    @Parameter(description = "Submitted until; a day is meant as a whole")
    @QueryParam("until")
    String until;

    @Parameter(description = "ACTIVE, ARCHIVED, DELETING, DELETED, with commas between; without: ACTIVE")
    @QueryParam("lifecycle")
    List<String> lifecycle;

    @Parameter(description = "oldest (first, unless said) or newest")
    @QueryParam("order")
    String order;

    @Parameter(description = "So many at most; the header Link then says where the next ones are. Without: all")
    @QueryParam("limit")
    Integer limit;

    @Parameter(description = "So many of the first ones left out")
    @QueryParam("offset")
    Integer offset;
}
