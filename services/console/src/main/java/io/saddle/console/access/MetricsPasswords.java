package io.saddle.console.access;

import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.BasicAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * Passwords beside OpenID Connect, for metrics alone: Prometheus follows nobody to a login, and needs no token that ends. Who sends
 * none is led to the provider.
 */
final class MetricsPasswords implements HttpAuthenticationMechanism {

    private static final String METRICS = "/q/metrics";

    private final BasicAuthenticationMechanism passwords;

    MetricsPasswords(BasicAuthenticationMechanism passwords) {
        this.passwords = passwords;
    }

    /** Of a wrong one, {@code passwords} has taken over the answer: 401, by which guesses are counted. */
    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        return context.normalizedPath().equals(METRICS)
                ? passwords.authenticate(context, identities)
                : Uni.createFrom().nullItem();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return passwords.getCredentialTypes();
    }

    @Override
    public int getPriority() {
        return passwords.getPriority();
    }
}
