package io.saddle.console;

import io.saddle.run.spec.NearestName;
import io.saddle.run.spec.Problem;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.DataSet;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.Collectors;

/** A request that cannot be done, with the answer that it gets. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int SECONDS_TO_WAIT = 1;

    private final transient Response.Status status;
    private final transient List<Problem> problems;

    private Refusal(Response.Status status, String detail, List<Problem> problems) {
        super(detail);
        this.status = status;
        this.problems = problems;
    }

    static Refusal notFound(String runId) {
        return new Refusal(
                Response.Status.NOT_FOUND,
                "there is no run '" + runId + "'; './saddle run list' shows those that there are",
                null);
    }

    static Refusal noConstraint(String runId, String id, List<ConstraintDefinition> there) {
        List<String> ids =
                there.stream().map(ConstraintDefinition::getConstraintId).toList();
        return new Refusal(
                Response.Status.NOT_FOUND,
                "run '" + runId + "' has no constraint '" + id + "'; there are " + String.join(", ", ids),
                null);
    }

    static Refusal noGrid(String runId, long step) {
        return new Refusal(Response.Status.NOT_FOUND, "run '" + runId + "' has no sample grid of step " + step, null);
    }

    static Refusal notThere(String detail) {
        return new Refusal(Response.Status.NOT_FOUND, detail, null);
    }

    /** @param names of the data sets that there are */
    static Refusal noDataSet(String address, List<String> names) {
        String there = names.isEmpty()
                ? "; none is announced ('./saddle data import SOURCE --name NAME' makes one)"
                : NearestName.of(address, names)
                        .map(nearest -> ", did you mean " + nearest + "?")
                        .orElse("; './saddle data list' shows those that there are");
        return new Refusal(Response.Status.NOT_FOUND, "there is no data set '" + address + "'" + there, null);
    }

    static Refusal noPreview(DataSet set) {
        return new Refusal(
                Response.Status.NOT_FOUND,
                "data set " + set.getName() + "@" + set.getVersion()
                        + " has no preview: latents have none (the data set that they were made of has one), nor has what an"
                        + " earlier release imported (import that again for one)",
                null);
    }

    static Refusal forbidden(String detail) {
        return new Refusal(Response.Status.FORBIDDEN, detail, null);
    }

    static Refusal conflict(String detail) {
        return new Refusal(Response.Status.CONFLICT, detail, null);
    }

    /** Later, or when the client has less going on. */
    static Refusal tooMany(String detail) {
        return new Refusal(Response.Status.TOO_MANY_REQUESTS, detail, null);
    }

    /** Nobody can say now what becomes of it. */
    static Refusal unavailable(String detail) {
        return new Refusal(Response.Status.SERVICE_UNAVAILABLE, detail, null);
    }

    static Refusal invalid(String detail, List<Problem> problems) {
        return new Refusal(Response.Status.BAD_REQUEST, detail, problems);
    }

    /** Whether the same may be done later. */
    boolean isForLater() {
        return status == Response.Status.SERVICE_UNAVAILABLE || status == Response.Status.TOO_MANY_REQUESTS;
    }

    /** All of it, with every mistake, where there is room for one text alone. */
    String inFull() {
        return problems == null || problems.isEmpty()
                ? getMessage()
                : getMessage() + ": " + problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
    }

    Response toResponse() {
        Response response = ProblemDetail.response(status, getMessage(), problems);
        if (isForLater()) {
            response.getHeaders().putSingle("Retry-After", SECONDS_TO_WAIT);
        }
        return response;
    }
}
