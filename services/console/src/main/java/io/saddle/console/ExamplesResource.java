package io.saddle.console;

import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The example specifications, to begin a run of one's own with. */
@Path("/api/examples")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "examples")
public class ExamplesResource {

    private static final List<String> NAMES = List.of(
            "mnist-minority.yaml",
            "mnist-unconstrained.yaml",
            "mnist-swap.yaml",
            "mnist-pretrain.yaml",
            "mnist-finetune.yaml",
            "mnist-flow.yaml",
            "faces-64.yaml",
            "photos-32.yaml");

    /** One of them. */
    public record Example(String name, String yaml) {}

    @GET
    @Operation(summary = "The example specifications")
    public List<Example> all() throws IOException {
        List<Example> examples = new ArrayList<>();
        for (String name : NAMES) {
            try (InputStream in = ExamplesResource.class.getResourceAsStream("examples/" + name)) {
                if (in == null) {
                    throw new IllegalStateException("examples/" + name + " is missing from the build");
                }
                examples.add(new Example(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            }
        }
        return examples;
    }
}
