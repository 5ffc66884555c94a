package io.saddle.console;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * What the resources have in common, in the OpenAPI document: their refusals, by the names that {@code @APIResponse(ref)} gives,
 * those that any of them may answer with, and how one says who one is.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ApiDescription implements OASFilter {

    static final String MISTAKES = "Mistakes";
    static final String NOT_KNOWN = "NotKnown";
    static final String FORBIDDEN = "Forbidden";
    static final String NOT_FOUND = "NotFound";
    static final String CONFLICT = "Conflict";
    static final String TOO_OFTEN = "TooOften";
    static final String FAILED = "Failed";
    static final String UNAVAILABLE = "Unavailable";

    @Override
    public PathItem filterPathItem(PathItem path) {
        path.getOperations().values().forEach(ApiDescription::complete);
        return path;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        refusals(document);
        login(document, "basic", "The users viewer and operator, where they have passwords.");
        login(document, "bearer", "A token of the OpenID Connect provider, where there is one.");
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
                "A page of another site asked; or, without a body, whoever asked has not the role.");
        refusal(document, NOT_FOUND, "There is no such run, constraint or grid.");
        refusal(document, CONFLICT, "What is there does not allow it, or is newer than what was looked at.");
        refusal(document, TOO_OFTEN, "Too many runs within a minute; Retry-After says how many seconds to wait.");
        refusal(document, FAILED, "The console failed; its log has the reason.");
        refusal(document, UNAVAILABLE, "Kafka does not answer; nobody can say now what becomes of it.");
    }

    private static void complete(Operation operation) {
        APIResponses responses = operation.getResponses();
        responses.getAPIResponses().forEach((status, response) -> {
            // Resources name the type of their errors among what they produce.
            if (status.startsWith("2") && response.getContent() != null) {
                response.getContent().removeMediaType(ProblemDetail.MEDIA_TYPE);
            }
        });
        responses.addAPIResponse("401", OASFactory.createAPIResponse().ref(NOT_KNOWN));
        responses.addAPIResponse("403", OASFactory.createAPIResponse().ref(FORBIDDEN));
        responses.addAPIResponse("500", OASFactory.createAPIResponse().ref(FAILED));
        responses.setAPIResponses(new TreeMap<>(responses.getAPIResponses()));
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
