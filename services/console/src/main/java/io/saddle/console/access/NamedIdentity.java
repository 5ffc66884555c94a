package io.saddle.console.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The refusal of who proves a role and no name: some providers' access tokens name nobody, and a change is by somebody, in the audit and
 * for his projects.
 */
@ApplicationScoped
public class NamedIdentity implements SecurityIdentityAugmentor {

    private static final Logger LOG = LoggerFactory.getLogger(NamedIdentity.class);

    private final AtomicBoolean told = new AtomicBoolean();

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        if (identity.isAnonymous() || isNamed(identity)) {
            return Uni.createFrom().item(identity);
        }
        // Whoever has one asks again and again.
        LOG.atLevel(told.getAndSet(true) ? Level.DEBUG : Level.WARN)
                .log("a token names nobody and is refused: its provider has to put in 'sub' or 'preferred_username', or"
                        + " quarkus.oidc.token.principal-claim has to name the claim that holds a name");
        return Uni.createFrom().failure(new AuthenticationFailedException("the token names nobody"));
    }

    private static boolean isNamed(SecurityIdentity identity) {
        String name = identity.getPrincipal().getName();
        return name != null && !name.isBlank();
    }
}
