package io.saddle.console.access;

import io.quarkus.security.identity.SecurityIdentity;
import java.util.Arrays;
import java.util.Locale;

/** The rights of somebody who asks. Named as in tokens and configuration: {@code viewer}, {@code operator}, {@code admin}. */
enum Role {
    /** Looks at everything. */
    VIEWER,
    /** Submits and changes runs and constraints, too. */
    OPERATOR,
    /** Changes what others have made, too: any project, anybody's tokens. */
    ADMIN;

    /** As identities name it. */
    String roleName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whoever has a higher one has this one. */
    boolean isOf(SecurityIdentity somebody) {
        return Arrays.stream(values()).anyMatch(role -> role.compareTo(this) >= 0 && somebody.hasRole(role.roleName()));
    }
}
