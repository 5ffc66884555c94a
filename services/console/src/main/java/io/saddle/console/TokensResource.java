package io.saddle.console;

import io.saddle.console.AccessCommands.NewToken;
import io.saddle.console.AccessCommands.WantedToken;
import io.saddle.console.access.AccessTokens;
import io.saddle.schema.AccessToken;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tokens for programs: make, list, revoke. */
@Path("/api/tokens")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "access")
public class TokensResource {

    private final AccessTokens tokens;
    private final AccessCommands commands;

    public TokensResource(AccessTokens tokens, AccessCommands commands) {
        this.tokens = tokens;
        this.commands = commands;
    }

    /**
     * A token.
     *
     * @param good whether it opens something now
     * @param token what its user sends, once: in the answer to its making; null later
     */
    record TokenView(
            String tokenId,
            String name,
            String owner,
            String role,
            List<String> projects,
            Instant createdAt,
            Instant expiresAt,
            boolean revoked,
            boolean good,
            @Schema(nullable = true) String token) {}

    private TokenView view(AccessToken token, String secret) {
        return new TokenView(
                token.getTokenId(),
                token.getName(),
                token.getOwner(),
                token.getRole().name().toLowerCase(Locale.ROOT),
                token.getProjects(),
                token.getCreatedAt(),
                token.getExpiresAt(),
                token.getRevoked(),
                tokens.isGood(token),
                secret);
    }

    @GET
    @Operation(summary = "Lists the tokens, the newest first, without their secrets")
    public List<TokenView> list() {
        return tokens.all().stream().map(token -> view(token, null)).toList();
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Makes a token in the name of whoever asks; its secret stands in this answer and nowhere else")
    @APIResponseSchema(value = TokenView.class, responseCode = "201", responseDescription = "Made")
    public Response create(WantedToken wanted) {
        NewToken made = commands.create(wanted == null ? new WantedToken(null, null, null, null) : wanted);
        return Response.status(Response.Status.CREATED)
                .header("Cache-Control", "no-store")
                .entity(view(made.token(), made.secret().text()))
                .build();
    }

    @DELETE
    @Path("/{id}")
    @Operation(summary = "Revokes a token: it opens nothing more")
    public TokenView revoke(@PathParam("id") String id) {
        return view(commands.revoke(id), null);
    }
}
