package io.saddle.console;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * The common part of the resources in the OpenAPI document: the refusals that a class of operations has, the ways to say who one
 * is, and bodies that are specifications. What one operation alone answers stands beside it.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDescription implements OASFilter {

    static final String TOO_OFTEN = "TooOften";
    static final String CONFLICT = "Conflict";

    private static final String MISTAKES = "Mistakes";
    private static final String NOT_KNOWN = "NotKnown";
    private static final String FORBIDDEN = "Forbidden";
    private static final String NOT_FOUND = "NotFound";
    private static final String TOO_LARGE = "TooLarge";
    private static final String FAILED = "Failed";
    private static final String UNAVAILABLE = "Unavailable";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getPaths()
                .getPathItems()
                .forEach((path, item) ->
                        item.getOperations().forEach((method, operation) -> complete(path, method, operation)));
        refusals(document);
        login(document, "basic", "The users viewer and operator, where they have passwords.");
        login(
                document,
                "bearer",
                "One of the console's own access tokens (saddle_...), or of the OpenID Connect provider where there is one.");
        // On loopback nobody is asked.
        document.addSecurityRequirement(OASFactory.createSecurityRequirement());
    }

    private static void login(OpenAPI document, String scheme, String description) {
        document.getComponents()
                .addSecurityScheme(
                        scheme,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme(scheme)
                                .description(description));
        document.addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(scheme));
    }

    private static void refusals(OpenAPI document) {
        refusal(document, MISTAKES, "The request has mistakes; problems names each with its place.");
        document.getComponents()
                .addResponse(
                        NOT_KNOWN, OASFactory.createAPIResponse().description("Nobody said who asks; without a body."));
        refusal(
                document,
                FORBIDDEN,
                "A page of another site asked, or whoever asked is no member of the project, or his token is for others; or,"
                        + " without a body, he has not the role.");
        refusal(document, NOT_FOUND, "There is no such run, constraint, grid, model or data set.");
        document.getComponents()
                .addResponse(
                        TOO_LARGE,
                        OASFactory.createAPIResponse()
                                .description("The body is larger than the console takes; without a body."));
        refusal(document, CONFLICT, "What is there does not allow it, or is newer than what was looked at.");
        refusal(
                document,
                TOO_OFTEN,
                "Too many requests of this kind within a minute, or event streams at once; Retry-After says how many seconds to wait.");
        refusal(document, FAILED, "The console failed; its log has the reason.");
        refusal(
                document,
                UNAVAILABLE,
                "Kafka does not answer, or what stands on its topics is still being read; ask again in a while.");
    }

    private static void complete(String path, PathItem.HttpMethod method, Operation operation) {
        APIResponses responses = operation.getResponses();
        responses.getAPIResponses().forEach((status, response) -> {
            // Resources name the type of their errors among what they produce.
            if (status.startsWith("2") && response.getContent() != null) {
                response.getContent().removeMediaType(ProblemDetail.MEDIA_TYPE);
            }
        });
        refusals(path, method, operation)
                .forEach((status, name) -> responses.addAPIResponse(
                        status, OASFactory.createAPIResponse().ref(name)));
        responses.setAPIResponses(new TreeMap<>(responses.getAPIResponses()));
        if (operation.getRequestBody() != null) {
            specification(operation.getRequestBody().getContent());
        }
    }

    /** The refusals of an operation by status: its input may have mistakes, what it names be missing, its change clash. */
    private static Map<String, String> refusals(String path, PathItem.HttpMethod method, Operation operation) {
        Map<String, String> refusals = new HashMap<>(Map.of("401", NOT_KNOWN, "403", FORBIDDEN, "500", FAILED));
        if (operation.getRequestBody() != null || mayBeMisspelt(operation)) {
            refusals.put("400", MISTAKES);
        }
        if (operation.getRequestBody() != null) {
            refusals.put("413", TOO_LARGE);
        }
        if (method != PathItem.HttpMethod.GET || !StartGate.OPEN.contains(path)) {
            refusals.put("503", UNAVAILABLE);
        }
        if (path.contains("{")) {
            refusals.put("404", NOT_FOUND);
        }
        if (method != PathItem.HttpMethod.GET) {
            refusals.put("409", CONFLICT);
        }
        return refusals;
    }

    /** Names in the path are there or not. */
    private static boolean mayBeMisspelt(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> parameter.getIn() == Parameter.In.QUERY
                                || parameter.getSchema() != null
                                        && parameter.getSchema().getType() != null
                                        && parameter.getSchema().getType().contains(Schema.SchemaType.INTEGER));
    }

    /** Specifications are taken as text; what they say, in YAML or JSON, is an object. */
    private static void specification(Content body) {
        if (body.hasMediaType("application/yaml")) {
            body.getMediaTypes()
                    .values()
                    .forEach(type -> type.setSchema(OASFactory.createSchema().addType(Schema.SchemaType.OBJECT)));
        }
    }

    private static void refusal(OpenAPI document, String name, String description) {
        Schema problem = OASFactory.createSchema().ref(ProblemDetail.class.getSimpleName());
        document.getComponents()
                .addResponse(
                        name,
                        OASFactory.createAPIResponse()
                                .description(description)
                                .content(OASFactory.createContent()
                                        .addMediaType(
                                                ProblemDetail.MEDIA_TYPE,
                                                OASFactory.createMediaType().schema(problem))));
    }
}
