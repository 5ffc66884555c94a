package io.saddle.console;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.StoreUnavailableException;
import io.saddle.model.data.NoSuchDataSetException;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.Problem;
import io.saddle.serde.AvroSerializer.NoSchemaException;
import io.smallrye.faulttolerance.api.RateLimitException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every error of the REST interface as application/problem+json. */
class ErrorMapping {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorMapping.class);
    private static final Set<Class<?>> WHOLE_NUMBERS = Set.of(int.class, Integer.class, long.class, Long.class);

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
    Response tooOften(RateLimitException tooOften) {
        Response refused = ProblemDetail.response(
                Response.Status.TOO_MANY_REQUESTS,
                "too many of these requests came within a minute, from whomever; try again in a while");
        return Response.fromResponse(refused)
                .header("Retry-After", Math.max(1, (tooOften.getRetryAfterMillis() + 999) / 1000))
                .build();
    }

    /** A body with a key that is not known, or a value of a wrong type. */
    @ServerExceptionMapper
    Response misread(MismatchedInputException misread) {
        StringBuilder path = new StringBuilder();
        misread.getPath()
                .forEach(reference -> path.append(
                        reference.getFieldName() == null
                                ? "[" + reference.getIndex() + "]"
                                : (path.isEmpty() ? "" : ".") + reference.getFieldName()));
        String message = misread instanceof UnrecognizedPropertyException unknown
                ? "unknown key; there are "
                        + unknown.getKnownPropertyIds().stream()
                                .map(Object::toString)
                                .sorted()
                                .collect(Collectors.joining(", "))
                : "must be " + wanted(misread.getTargetType())
                        + (misread instanceof InvalidFormatException format ? ", was '" + format.getValue() + "'" : "");
        return ProblemDetail.response(
                Response.Status.BAD_REQUEST,
                "the body cannot be understood",
                List.of(new Problem(path.isEmpty() ? "body" : path.toString(), message)));
    }

    /** In the words of JSON: who sends it need not know of classes. */
    private static String wanted(Class<?> type) {
        if (type == null) {
            return "something else";
        }
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(Object::toString)
                            .collect(Collectors.joining(", "));
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "text";
        }
        if (type == Instant.class) {
            return "a time such as 2026-11-01T08:00:00Z";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (WHOLE_NUMBERS.contains(type)) {
            return "a whole number";
        }
        if (type.isRecord()) {
            return "an object; there are "
                    + Arrays.stream(type.getRecordComponents())
                            .map(RecordComponent::getName)
                            .sorted()
                            .collect(Collectors.joining(", "));
        }
        return type.isPrimitive() || Number.class.isAssignableFrom(type) ? "a number" : "an object";
    }

    @ServerExceptionMapper
    Response refusedByFramework(WebApplicationException refused) {
        Response.Status status =
                Response.Status.fromStatusCode(refused.getResponse().getStatus());
        if (refused.getCause() instanceof JsonProcessingException noJson) {
            return ProblemDetail.response(
                    Response.Status.BAD_REQUEST,
                    "the body is not valid JSON",
                    List.of(new Problem(place(noJson.getLocation()), noJson.getOriginalMessage())));
        }
        return ProblemDetail.response(status == null ? Response.Status.BAD_REQUEST : status, refused.getMessage());
    }

    private static String place(JsonLocation location) {
        return location == null ? "body" : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** It was removed after what it is needed for was made. */
    @ServerExceptionMapper
    Response gone(NoSuchDataSetException gone) {
        return ProblemDetail.response(Response.Status.NOT_FOUND, gone.getMessage());
    }

    /** Whoever only looks need not know where the store is and what it says: the log does. */
    @ServerExceptionMapper
    Response unreadable(ArtifactException unreadable) {
        LOG.error("an artifact cannot be read", unreadable);
        return switch (unreadable.reason()) {
            case MISSING ->
                ProblemDetail.response(
                        Response.Status.NOT_FOUND, "what was asked for is no longer in the artifact store");
            case UNAVAILABLE ->
                ProblemDetail.response(
                        Response.Status.SERVICE_UNAVAILABLE,
                        "the artifact store cannot be reached; the console's log has the reason");
            case REFUSED, DAMAGED ->
                ProblemDetail.response(
                        Response.Status.INTERNAL_SERVER_ERROR,
                        "what was asked for cannot be read; the console's log has the reason");
        };
    }

    /** Met while a specification is checked, of which it says nothing. */
    @ServerExceptionMapper
    Response away(StoreUnavailableException away) {
        return unreadable((ArtifactException) away.getCause());
    }

    @ServerExceptionMapper({RuntimeException.class, IOException.class})
    Response failed(Exception failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof NoSchemaException unwritten) {
                LOG.error("nothing was written: {}", unwritten.getMessage());
                return Refusal.unavailable("nothing was written: " + unwritten.getMessage())
                        .toResponse();
            }
        }
        LOG.error("a request failed", failure);
        return ProblemDetail.response(
                Response.Status.INTERNAL_SERVER_ERROR, "the console failed; its log has the reason");
    }
}
