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
     * @param admin whether those of what others have made are, too
     * @param logout address that ends the login; null where there is none to end
     */
    public record Me(
            @Schema(nullable = true) String name,
            boolean operator,
            boolean admin,
            @Schema(nullable = true) String logout) {}

    private final Requester requester;
    private final AccessSettings settings;

    public MeResource(Requester requester, AccessSettings settings) {
        this.requester = requester;
        this.settings = settings;
    }

    @GET
    @Operation(summary = "Whom the console takes the asker for, and whether he may change anything")
    public Me me() {
        return new Me(
                requester.nameOr(null),
                requester.isOperator(),
                requester.isAdmin(),
                settings.logoutPath().orElse(null));
    }
}
