package io.saddle.console.access;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.AccessToken;
import io.saddle.schema.TokenRole;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class LastingRightsTest {

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final AccessTokens tokens = new AccessTokens(clock);
    private final LastingRights rights = new LastingRights(tokens, clock);

    /** One more revision of the same token. */
    private AccessToken token(long revision, Duration left, boolean revoked) {
        AccessToken token = AccessToken.newBuilder()
                .setTokenId("1f0c2a9b7d3e")
                .setRevision(revision)
                .setName("ci")
                .setOwner("ann")
                .setRole(TokenRole.VIEWER)
                .setProjects(List.of())
                .setSecretHash("0".repeat(64))
                .setCreatedAt(now)
                .setExpiresAt(now.plus(left))
                .setRevoked(revoked)
                .setUpdatedAt(now)
                .build();
        tokens.put(token);
        return token;
    }

    @Test
    void whateverTheyWereProvenByTheyLastAQuarterOfAnHour() {
        BooleanSupplier byPassword = rights.provenBy(Optional.empty());
        BooleanSupplier byToken = rights.provenBy(Optional.of(token(1, Duration.ofDays(1), false)));
        now = now.plus(LastingRights.LONGEST).minusMillis(1);
        assertTrue(byPassword.getAsBoolean());
        assertTrue(byToken.getAsBoolean());
        now = now.plusMillis(1);
        assertFalse(byPassword.getAsBoolean());
        assertFalse(byToken.getAsBoolean());
    }

    @Test
    void theyEndWhenTheTokenIsRevoked() {
        BooleanSupplier last = rights.provenBy(Optional.of(token(1, Duration.ofDays(1), false)));
        assertTrue(last.getAsBoolean());
        token(2, Duration.ofDays(1), true);
        assertFalse(last.getAsBoolean());
    }

    @Test
    void theyEndWhenTheTokenExpires() {
        BooleanSupplier last = rights.provenBy(Optional.of(token(1, Duration.ofMinutes(2), false)));
        now = now.plus(Duration.ofMinutes(2));
        assertFalse(last.getAsBoolean());
    }
}
