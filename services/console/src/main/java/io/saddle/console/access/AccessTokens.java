package io.saddle.console.access;

import io.saddle.schema.AccessToken;
import io.saddle.schema.TokenRole;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The tokens, as the topic has them. Written by the reader's thread and by whoever wrote a record, read by any. */
@ApplicationScoped
public class AccessTokens {

    private final Map<String, AccessToken> tokens = new ConcurrentHashMap<>();
    private final Clock clock;
    private volatile boolean known;

    public AccessTokens(Clock clock) {
        this.clock = clock;
    }

    /** A lower revision never replaces a higher one. */
    public void put(AccessToken token) {
        tokens.merge(token.getTokenId(), token, (known, now) -> now.getRevision() >= known.getRevision() ? now : known);
    }

    /** From now on a token that is not here is none. */
    public void areKnown() {
        known = true;
    }

    /** Whether all that the topic had at the start is here. */
    boolean isKnown() {
        return known;
    }

    /** The token of this id. */
    public Optional<AccessToken> find(String id) {
        return Optional.ofNullable(tokens.get(id));
    }

    /** Every one, the newest first. */
    public List<AccessToken> all() {
        return tokens.values().stream()
                .sorted(Comparator.comparing(AccessToken::getCreatedAt)
                        .thenComparing(AccessToken::getTokenId)
                        .reversed())
                .toList();
    }

    /** True of a token that opens something now. */
    public boolean isGood(AccessToken token) {
        return !token.getRevoked() && clock.instant().isBefore(token.getExpiresAt());
    }

    /** The token that a secret is of, if it is good. */
    Optional<AccessToken> opened(TokenSecret secret) {
        return find(secret.id())
                .filter(token -> secret.hashesTo(token.getSecretHash()))
                .filter(this::isGood)
                .filter(token -> token.getRole() != TokenRole.UNKNOWN);
    }
}
