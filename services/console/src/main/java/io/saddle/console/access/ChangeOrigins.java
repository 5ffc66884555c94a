package io.saddle.console.access;

import io.quarkus.arc.Arc;
import io.saddle.audit.ChangeOrigin;
import jakarta.enterprise.context.ApplicationScoped;

/** Where the change that is under way comes from. */
@ApplicationScoped
public class ChangeOrigins {

    /** By the clock, a pipeline's step, a rule: the record itself says for whom. */
    private static final ChangeOrigin BY_ITSELF = new ChangeOrigin(null, null, "saddle console", null);

    private final Requester requester;

    ChangeOrigins(Requester requester) {
        this.requester = requester;
    }

    /** Of the request that this thread works on; where there is none, the console does it by itself. */
    public ChangeOrigin current() {
        return Arc.container().requestContext().isActive() && requester.asks() ? requester.origin() : BY_ITSELF;
    }
}
