package io.saddle.console.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.saddle.audit.ChangeOrigin;
import io.saddle.schema.AccessToken;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;

/** The person or program that asks, as far as that is known. */
@RequestScoped
public class Requester {

    private static final String UNKNOWN = "rest";

    private final SecurityIdentity identity;
    private final AccessSettings settings;
    private final CurrentVertxRequest current;

    Requester(SecurityIdentity identity, AccessSettings settings, CurrentVertxRequest current) {
        this.identity = identity;
        this.settings = settings;
        this.current = current;
    }

    /** For the record of what was changed: the name that was proven; where nobody has to prove any, the one that is claimed. */
    public String name() {
        String claimed = claimed();
        return nameOr(claimed == null ? UNKNOWN : claimed);
    }

    /** True if there is a request at all: a thread may have what belongs to one, and none. */
    boolean asks() {
        return current.getCurrent() != null;
    }

    private String claimed() {
        return asks() ? EncodedText.of(current.getCurrent().request().getHeader(EncodedText.BY)) : null;
    }

    /** The name that was proven; where nobody has to prove any, the one that is {@code claimed}. */
    public String nameOr(String claimed) {
        return identity.isAnonymous() ? claimed : identity.getPrincipal().getName();
    }

    /** What is to be known of a change that is asked for; a name that is only claimed is the record's own to tell. */
    ChangeOrigin origin() {
        HttpServerRequest request = current.getCurrent().request();
        return new ChangeOrigin(
                nameOr(claimed()),
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress(),
                request.getHeader(HttpHeaders.USER_AGENT),
                EncodedText.of(request.getHeader(EncodedText.REASON)));
    }

    /** True if what others have made may be changed, too. */
    public boolean isAdmin() {
        return !settings.isIdentityNeeded() || Role.ADMIN.isOf(identity);
    }

    /** True if a name has to be proven. */
    public boolean isProven() {
        return settings.isIdentityNeeded();
    }

    /** The token by which the name was proven; empty if it was otherwise. */
    public Optional<AccessToken> token() {
        return Optional.ofNullable(identity.getAttribute(TokenMechanism.TOKEN));
    }

    /** True if changes are allowed. */
    public boolean isOperator() {
        return !settings.isIdentityNeeded() || Role.OPERATOR.isOf(identity);
    }
}
