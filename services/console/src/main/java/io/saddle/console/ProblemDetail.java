package io.saddle.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.saddle.run.spec.Problem;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An error as RFC 9457 (application/problem+json) has it; {@code problems} names every mistake with its place. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "ProblemDetail")
record ProblemDetail(String type, String title, int status, String detail, List<Problem> problems) {

    static final String MEDIA_TYPE = "application/problem+json";

    static Response response(Response.Status status, String detail) {
        return response(status, detail, null);
    }

    static Response response(Response.Status status, String detail, List<Problem> problems) {
        ProblemDetail body =
                new ProblemDetail("about:blank", status.getReasonPhrase(), status.getStatusCode(), detail, problems);
        return Response.status(status).type(MEDIA_TYPE).entity(body).build();
    }
}
