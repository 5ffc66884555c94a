package io.saddle.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.asyncapi.AsyncApi;
import io.saddle.kafka.KafkaSettings;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Variant;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The topics as an AsyncAPI document, as OpenAPI is for what this package answers. */
@Path("/api/asyncapi")
@Tag(name = "topics")
public class AsyncApiResource {

    private static final String YAML = "application/yaml";
    private static final List<Variant> OFFERED = Variant.mediaTypes(
                    MediaType.APPLICATION_JSON_TYPE, MediaType.valueOf(YAML))
            .build();

    private final ObjectNode document;

    public AsyncApiResource(KafkaSettings kafka, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.document = AsyncApi.document(version, kafka.servers());
    }

    @GET
    @Produces({MediaType.APPLICATION_JSON, YAML})
    @Operation(summary = "The Kafka topics, their records and who writes and reads them: AsyncAPI 3.0.0")
    @APIResponse(
            responseCode = "200",
            description = "The document; YAML where that is asked for",
            content = @Content(schema = @Schema(type = SchemaType.OBJECT)))
    public Response document(@Context Request request) {
        Variant variant = request.selectVariant(OFFERED);
        boolean yaml = variant != null && variant.getMediaType().toString().equals(YAML);
        return Response.ok(yaml ? AsyncApi.yaml(document) : document, variant).build();
    }
}
