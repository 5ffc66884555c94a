package io.saddle.console;

import io.saddle.audit.AuditSubjects;
import io.saddle.console.audit.AuditLog;
import io.saddle.console.audit.AuditReader;
import io.saddle.run.spec.Problem;
import io.saddle.schema.AuditAction;
import io.saddle.schema.AuditEntry;
import io.saddle.schema.FieldChange;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who changed what: look. */
@Path("/api/audit")
@Produces({MediaType.APPLICATION_JSON, ProblemDetail.MEDIA_TYPE})
@Blocking
@Tag(name = "access")
public class AuditResource {

    private static final int PAGE = 200;
    private static final int LARGEST = 1000;

    private final AuditReader reader;
    private final AuditLog log;
    private final Clock clock;

    public AuditResource(AuditReader reader, AuditLog log, Clock clock) {
        this.reader = reader;
        this.log = log;
        this.clock = clock;
    }

    /** A field that is not as it was. */
    record Change(
            String field,
            @Schema(nullable = true) String was,
            @Schema(nullable = true) String now) {

        static Change of(FieldChange change) {
            return new Change(change.getField(), change.getWas(), change.getNow());
        }
    }

    /** An entry. */
    record Entry(
            int chain,
            long sequence,
            Instant at,
            AuditAction action,
            String topic,
            long offset,
            String key,
            @Schema(nullable = true) String changedBy,
            @Schema(nullable = true) String client,
            @Schema(nullable = true) String agent,
            @Schema(nullable = true) String reason,
            List<Change> changes,
            int moreChanges) {

        static Entry of(AuditEntry entry) {
            return new Entry(
                    entry.getChain(),
                    entry.getSequence(),
                    entry.getAt(),
                    entry.getAction(),
                    entry.getTopic(),
                    entry.getOffset(),
                    entry.getKey(),
                    entry.getChangedBy(),
                    entry.getClient(),
                    entry.getAgent(),
                    entry.getReason(),
                    entry.getChanges().stream().map(Change::of).toList(),
                    entry.getMoreChanges());
        }
    }

    @GET
    @Operation(
            summary =
                    "Who changed what, the newest first: of the newest 2,500 entries of each chain; the topic saddle.audit has all")
    public List<Entry> list(
            @Parameter(
                            description =
                                    "Entries of this key and of what belongs to it: RUN has those of RUN/CONSTRAINT, too")
                    @QueryParam("subject")
                    String subject,
            @Parameter(description = "Entries of this topic") @QueryParam("topic") String topic,
            @Parameter(description = "What this person asked for") @QueryParam("by") String by,
            @Parameter(description = "With these words in key, person, reason or changes, in any case")
                    @QueryParam("text")
                    String text,
            @Parameter(description = "Since: a day (UTC), a time, or how long ago") @QueryParam("since") String since,
            @Parameter(description = "Until; a day is meant as a whole") @QueryParam("until") String until,
            @Parameter(description = "The most, 1 to 1000; 200 without") @QueryParam("limit") Integer limit) {
        List<Problem> problems = new ArrayList<>();
        Instant from = TimeBound.SINCE.parse("since", since, clock.instant(), problems);
        Instant to = TimeBound.UNTIL.parse("until", until, clock.instant(), problems);
        if (limit != null && (limit < 1 || limit > LARGEST)) {
            problems.add(new Problem("limit", "must be 1 to " + LARGEST + ", was " + limit));
        }
        if (!problems.isEmpty()) {
            throw Refusal.invalid("the query has mistakes", problems);
        }
        if (!reader.isComplete()) {
            throw Refusal.unavailable("the audit is still being read: ask again in a while ('./saddle audit list' reads"
                    + " the topic itself)");
        }
        List<String> words = text == null || text.isBlank()
                ? List.of()
                : List.of(text.strip().toLowerCase(Locale.ROOT).split("\\s+"));
        return log
                .find(entry -> (subject == null || AuditSubjects.isOf(subject, entry))
                        && (topic == null || topic.equals(entry.getTopic()))
                        && (by == null || by.equals(entry.getChangedBy()))
                        && (from == null || !entry.getAt().isBefore(from))
                        && (to == null || entry.getAt().isBefore(to))
                        && has(words, entry))
                .stream()
                .limit(limit == null ? PAGE : limit)
                .map(Entry::of)
                .toList();
    }

    private static boolean has(List<String> words, AuditEntry entry) {
        if (words.isEmpty()) {
            return true;
        }
        Stream<String> own = Stream.of(
                entry.getTopic(),
                entry.getKey(),
                entry.getChangedBy(),
                entry.getReason(),
                entry.getAction().name());
        Stream<String> changes = entry.getChanges().stream()
                .flatMap(change -> Stream.of(change.getField(), change.getWas(), change.getNow()));
        String searched = Stream.concat(own, changes)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("\n"))
                .toLowerCase(Locale.ROOT);
        return words.stream().allMatch(searched::contains);
    }
}
