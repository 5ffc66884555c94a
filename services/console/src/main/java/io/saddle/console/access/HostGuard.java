package io.saddle.console.access;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;

/**
 * While nobody is asked who they are, the console is for this machine alone, and so are the names that it answers to. A page of
 * another site whose name was made to lead here (DNS rebinding) sends that name, and what comes by a proxy says so: both would
 * open to the net what listens on loopback only. For whoever logs in neither matters.
 */
@ApplicationScoped
class HostGuard {

    /** Before everything else that is asked of a request. */
    private static final int FIRST = Integer.MAX_VALUE - 1;

    /** Names by which no resolver is asked. */
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?", Pattern.CASE_INSENSITIVE);

    /** What a header is called that a proxy adds, whatever it ends with. */
    private static final Pattern BY_A_PROXY = Pattern.compile("forwarded|x-forwarded-.*", Pattern.CASE_INSENSITIVE);

    private final AccessSettings settings;

    HostGuard(AccessSettings settings) {
        this.settings = settings;
    }

    void register(@Observes Filters filters) {
        if (!settings.isIdentityNeeded()) {
            filters.register(this::check, FIRST);
        }
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String refused = refused(request.authority(), request.headers());
        if (refused == null) {
            context.next();
        } else {
            GuardAnswer.refuse(context.response(), HttpResponseStatus.FORBIDDEN, refused);
        }
    }

    /** The reason why a request is refused; null if it is not. */
    static String refused(HostAndPort host, MultiMap headers) {
        // Probes of HTTP/1.0 have none.
        boolean named = host != null || headers.contains(HttpHeaders.HOST);
        if (named && (host == null || !LOOPBACK.matcher(host.host()).matches())) {
            return "this console asks nobody for a login and answers to the names of this machine alone"
                    + " (localhost, 127.0.0.1), not to " + (host == null ? "what is no name" : host.host())
                    + "; to reach it by another one, give it a password (docs/access.md)";
        }
        return headers.names().stream()
                .filter(header -> BY_A_PROXY.matcher(header).matches())
                .sorted()
                .findFirst()
                .map(header -> "this console asks nobody for a login and takes nothing from a proxy (" + header
                        + "); to have one in front, give it a password (docs/access.md)")
                .orElse(null);
    }
}
