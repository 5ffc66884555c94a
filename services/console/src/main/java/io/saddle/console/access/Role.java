package io.saddle.console.access;

import io.quarkus.security.identity.SecurityIdentity;

/** The rights of somebody who asks. Named as in tokens and configuration: {@code viewer}, {@code operator}. */
enum Role {
    /** Looks at everything. */
    VIEWER,
    /** Submits and changes runs and constraints, too. */
    OPERATOR;

    static final String VIEWER_NAME = "viewer";
    static final String OPERATOR_NAME = "operator";

    boolean isOf(SecurityIdentity somebody) {
        return somebody.hasRole(OPERATOR_NAME) || this == VIEWER && somebody.hasRole(VIEWER_NAME);
    }
}
