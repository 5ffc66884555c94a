package io.saddle.console.access;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes guessing passwords slow: whoever has sent several wrong ones is told to wait, ever longer, and meanwhile none is looked at,
 * the right one neither. Counted by address, not by user: nobody locks out another one elsewhere by naming him. Those who share an
 * address, such as the users of one machine, share the wait.
 */
@ApplicationScoped
class GuessGuard {

    /** Behind the guard of names, before passwords are looked at. */
    private static final int SECOND = Integer.MAX_VALUE - 2;

    private static final int UNAUTHORIZED = 401;

    private final AccessSettings settings;
    private final WrongLogins wrongLogins;

    GuessGuard(
            AccessSettings settings, @ConfigProperty(name = "saddle.console.wrong-passwords") int free, Clock clock) {
        this.settings = settings;
        this.wrongLogins = new WrongLogins(free, clock);
    }

    void register(@Observes Filters filters) {
        if (settings.isIdentityNeeded()) {
            filters.register(this::check, SECOND);
        }
    }

    private void check(RoutingContext context) {
        if (!sendsPassword(context.request())) {
            context.next();
            return;
        }
        String client = ClientAddress.of(context.request());
        Duration wait = wrongLogins.ask(client);
        if (wait.isZero()) {
            context.addHeadersEndHandler(sent -> {
                if (context.response().getStatusCode() == UNAUTHORIZED) {
                    wrongLogins.wrong(client);
                }
            });
            context.next();
        } else {
            refuse(context, wait.plusMillis(999).toSeconds());
        }
    }

    /** Any of them: who looks at passwords takes the first that is one. */
    private static boolean sendsPassword(HttpServerRequest request) {
        return request.headers().getAll(HttpHeaders.AUTHORIZATION).stream()
                .anyMatch(
                        authorization -> authorization.toLowerCase(Locale.ROOT).startsWith("basic "));
    }

    private static void refuse(RoutingContext context, long seconds) {
        GuardAnswer.refuse(
                context.response().putHeader("Retry-After", Long.toString(seconds)),
                HttpResponseStatus.TOO_MANY_REQUESTS,
                "wrong passwords came from your address, or too many at once; try again in " + seconds + " s");
    }
}
