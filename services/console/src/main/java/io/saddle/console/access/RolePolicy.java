package io.saddle.console.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

/** The right to ask, for every address at once: viewers look, operators change. Probes need nobody's name. */
@ApplicationScoped
class RolePolicy implements HttpSecurityPolicy {

    private static final Set<HttpMethod> LOOKING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final String PROBES = "/q/health";

    private final AccessSettings settings;

    RolePolicy(AccessSettings settings) {
        this.settings = settings;
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext request, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        if (!settings.isIdentityNeeded() || isProbe(request.normalizedPath())) {
            return CheckResult.permit();
        }
        Role needed = LOOKING.contains(request.request().method()) ? Role.VIEWER : Role.OPERATOR;
        return identity.map(somebody -> needed.isOf(somebody) ? CheckResult.PERMIT : CheckResult.DENY);
    }

    private static boolean isProbe(String path) {
        return path.equals(PROBES) || path.startsWith(PROBES + "/");
    }
}
