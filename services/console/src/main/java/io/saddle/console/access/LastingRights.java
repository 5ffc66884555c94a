package io.saddle.console.access;

import io.saddle.schema.AccessToken;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Rights of those who follow something: proven once, when they begin, and wanted for as long as they like. */
@ApplicationScoped
public class LastingRights {

    /** Nobody says that a password was changed or a login has ended: whoever follows on proves who he is again. */
    static final Duration LONGEST = Duration.ofMinutes(15);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final AccessTokens tokens;
    private final Clock clock;

    LastingRights(AccessTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Says again and again that the rights of whoever asks have ended, from when they have; nothing where nobody has to prove any. */
    public Multi<Long> ended(Requester requester) {
        if (!requester.isProven()) {
            return Multi.createFrom().nothing();
        }
        BooleanSupplier last = provenBy(requester.token());
        return Multi.createFrom()
                .ticks()
                .every(LOOK_EVERY)
                // Of whoever does not read.
                .onOverflow()
                .drop()
                .filter(tick -> !last.getAsBoolean());
    }

    /**
     * Rights that are proven now.
     *
     * @param token empty: proven otherwise
     * @return whether they still last, whenever that is asked
     */
    BooleanSupplier provenBy(Optional<AccessToken> token) {
        Instant until = clock.instant().plus(LONGEST);
        return () -> clock.instant().isBefore(until)
                && (token.isEmpty()
                        || tokens.find(token.get().getTokenId())
                                .filter(tokens::isGood)
                                .isPresent());
    }
}
