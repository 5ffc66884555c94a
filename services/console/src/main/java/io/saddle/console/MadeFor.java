package io.saddle.console;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * The state that a change of something was made for, as HTTP's {@code If-Match} and {@code If-None-Match} say it: what somebody else has
 * written meanwhile is not overwritten.
 *
 * @param updatedAt when what was seen had been written; null: whatever there is
 * @param isNew whether there is to be none
 */
record MadeFor(Instant updatedAt, boolean isNew) {

    /**
     * What two headers say.
     *
     * @throws Refusal if one of them has another form
     */
    static MadeFor of(String ifMatch, String ifNoneMatch) {
        if (ifNoneMatch != null && !ifNoneMatch.strip().equals("*")) {
            throw Refusal.invalid("If-None-Match is '" + ifNoneMatch + "': only * is known here", List.of());
        }
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return new MadeFor(null, ifNoneMatch != null);
        }
        try {
            return new MadeFor(Instant.parse(ifMatch.strip().replaceAll("^\"|\"$", "")), ifNoneMatch != null);
        } catch (DateTimeParseException e) {
            throw Refusal.invalid(
                    "If-Match is '" + ifMatch + "': a rule's updatedAt, in quotation marks, is wanted", List.of());
        }
    }

    /** @throws Refusal if it is not what there is */
    void require(String name, Optional<Instant> now) {
        if (isNew && now.isPresent()) {
            throw Refusal.conflict("there is a rule '" + name + "' already: look at it, and change that");
        }
        if (updatedAt != null && !now.equals(Optional.of(updatedAt))) {
            throw Refusal.conflict(
                    now.isEmpty()
                            ? "there is no rule '" + name + "' any more: make it anew if it is still wanted"
                            : "rule '" + name + "' has been changed meanwhile: look at it and change it again");
        }
    }
}
