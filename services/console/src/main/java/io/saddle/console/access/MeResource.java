package io.saddle.console.access;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The name and role that the console takes the asker for; the page leaves out what he may not do. */
@Path("/api/me")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "access")
public class MeResource {

    /**
     * @param name null where nobody is asked who he is
     * @param operator whether changes are allowed
     */
    public record Me(@Schema(nullable = true) String name, boolean operator) {}

    private final Requester requester;

    public MeResource(Requester requester) {
        this.requester = requester;
    }

    @GET
    @Operation(summary = "Whom the console takes the asker for, and whether he may change anything")
    public Me me() {
        return new Me(requester.nameOr(null), requester.isOperator());
    }
}
