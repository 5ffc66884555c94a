package io.saddle.console.access;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;

/** The person or program that asks, as far as that is known. */
@RequestScoped
public class Requester {

    private static final String UNKNOWN = "rest";

    private final SecurityIdentity identity;
    private final AccessSettings settings;

    Requester(SecurityIdentity identity, AccessSettings settings) {
        this.identity = identity;
        this.settings = settings;
    }

    /** For the record of what was changed: the name that was proven. */
    public String name() {
        return nameOr(UNKNOWN);
    }

    /** The name that was proven; where nobody has to prove any, the one that is {@code claimed}. */
    public String nameOr(String claimed) {
        return identity.isAnonymous() ? claimed : identity.getPrincipal().getName();
    }

    /** True if changes are allowed. */
    public boolean isOperator() {
        return !settings.isIdentityNeeded() || Role.OPERATOR.isOf(identity);
    }
}
