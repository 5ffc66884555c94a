package io.saddle.console;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Other sites' pages change nothing here, whoever is logged in: a browser says where a request comes from (Fetch Metadata, and
 * Origin for older ones), and those from elsewhere may only look. Who is no browser says neither, and is let through.
 */
class CrossSiteGuard {

    private static final Set<String> ONLY_LOOK = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> FROM_HERE = Set.of("same-origin", "none");

    @ServerRequestFilter(preMatching = true)
    Response check(ContainerRequestContext request) {
        if (ONLY_LOOK.contains(request.getMethod())) {
            return null;
        }
        String site = request.getHeaderString("Sec-Fetch-Site");
        String origin = request.getHeaderString("Origin");
        boolean fromHere = site != null
                ? FROM_HERE.contains(site)
                : origin == null
                        || isHere(origin, request.getUriInfo().getRequestUri().getAuthority());
        return fromHere
                ? null
                : ProblemDetail.response(
                        Response.Status.FORBIDDEN,
                        "a page of another site (" + origin
                                + ") cannot change anything here; use the console's own page, or"
                                + " a client that is no browser",
                        null);
    }

    private static boolean isHere(String origin, String here) {
        try {
            return here != null && here.equals(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
