package io.saddle.console;

import io.saddle.spec.InvalidRunSpecException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every error of the REST interface as application/problem+json. */
class ErrorMapping {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorMapping.class);

    @ServerExceptionMapper
    Response refused(Refusal refusal) {
        return refusal.toResponse();
    }

    @ServerExceptionMapper
    Response invalid(InvalidRunSpecException invalid) {
        return ProblemDetail.response(
                Response.Status.BAD_REQUEST, "the run specification has mistakes", invalid.problems());
    }

    @ServerExceptionMapper
    Response refusedByFramework(WebApplicationException refused) {
        Response.Status status =
                Response.Status.fromStatusCode(refused.getResponse().getStatus());
        return ProblemDetail.response(
                status == null ? Response.Status.BAD_REQUEST : status, refused.getMessage(), null);
    }

    @ServerExceptionMapper
    Response failed(RuntimeException failure) {
        LOG.error("a request failed", failure);
        return ProblemDetail.response(
                Response.Status.INTERNAL_SERVER_ERROR, "the console failed; its log has the reason", null);
    }
}
