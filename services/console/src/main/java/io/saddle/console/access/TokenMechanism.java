package io.saddle.console.access;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.saddle.schema.AccessToken;
import io.saddle.schema.TokenRole;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.Set;

/** Proof of a name by one of the console's own tokens ({@code Authorization: Bearer saddle_…}), beside passwords or a provider. */
@ApplicationScoped
class TokenMechanism implements HttpAuthenticationMechanism {

    /** The attribute of an identity that has the token which it was proven by. */
    static final String TOKEN = "saddle.token";

    /** Before passwords and the provider, which would take it for one of its own. */
    private static final int FIRST = 10_000;

    /** Behind the guard of guesses. */
    private static final int BEFORE_IDENTITIES = Integer.MAX_VALUE - 3;

    private static final String BEARER = "bearer ";

    private final AccessSettings settings;
    private final AccessTokens tokens;

    TokenMechanism(AccessSettings settings, AccessTokens tokens) {
        this.settings = settings;
        this.tokens = tokens;
    }

    void register(@Observes Filters filters) {
        if (settings.isIdentityNeeded()) {
            filters.register(this::waitForTokens, BEFORE_IDENTITIES);
        }
    }

    /** A good token is no wrong one because the console has just started. */
    private void waitForTokens(RoutingContext context) {
        if (tokens.isKnown()
                || secret(context.request().getHeader(HttpHeaders.AUTHORIZATION))
                        .isEmpty()) {
            context.next();
            return;
        }
        GuardAnswer.refuse(
                context.response().putHeader("Retry-After", "1"),
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "the console has just started and still reads what is on the topics");
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        Optional<TokenSecret> secret = secret(context.request().getHeader(HttpHeaders.AUTHORIZATION));
        if (secret.isEmpty() || !settings.isIdentityNeeded()) {
            return Uni.createFrom().nullItem();
        }
        return tokens.opened(secret.get())
                .map(token -> Uni.createFrom().item(identity(token)))
                .orElseGet(() -> Uni.createFrom()
                        .failure(new AuthenticationFailedException(
                                "the token is unknown, has expired, or was revoked")));
    }

    private static Optional<TokenSecret> secret(String authorization) {
        return authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.empty()
                : TokenSecret.parse(authorization.substring(BEARER.length()).strip());
    }

    private static SecurityIdentity identity(AccessToken token) {
        Role role = token.getRole() == TokenRole.OPERATOR ? Role.OPERATOR : Role.VIEWER;
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(token.getOwner()))
                .addRole(role.roleName())
                .addAttribute(TOKEN, token)
                .build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }

    @Override
    public int getPriority() {
        return FIRST;
    }
}
