package io.saddle.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.terminal.CommandException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The alerts of a run that are raised while it is watched, each told once: those that come as events, and those of times without a stream. */
final class RunAlerts {

    /** A console that has just started may still read its past when a stream is opened: a minute of looks. */
    private static final int LOOKS_AFTER_OPENING = 4;

    private record Raised(Instant at, String severity, String message) {}

    private final Supplier<JsonNode> timeline;
    private final Consumer<String> note;
    private final Set<Raised> known = new HashSet<>();
    private boolean isBegun;
    /** The console keeps the newest alerts alone: of those before this one it may have told less when the watch began. */
    private Instant begin = Instant.MIN;

    private int looksLeft;

    /** @param timeline asks the console for the run's timeline */
    RunAlerts(Supplier<JsonNode> timeline, Consumer<String> note) {
        this.timeline = timeline;
        this.note = note;
    }

    /** Tells an alert that has come as an event. */
    void take(JsonNode event) {
        tell(
                new Raised(
                        instant(event.path("raisedAt")),
                        event.path("severity").asText(),
                        event.path("message").asText()),
                event.path("remedy").asText());
    }

    /** Tells, now and for the next signs of life, what was raised before the stream was opened. */
    void streamOpened() {
        looksLeft = LOOKS_AFTER_OPENING;
        look();
    }

    /** Notes a sign of life of the stream. */
    void streamLives() {
        if (looksLeft > 0) {
            looksLeft--;
            look();
        }
    }

    /** Tells those that are not known yet; those that it finds the first time are older than the watch, and are only noted. */
    void look() {
        JsonNode events;
        try {
            events = timeline.get();
        } catch (CommandException e) {
            // It is looked again, and what no waiting mends is said when the run is asked for.
            return;
        }
        for (JsonNode event : events) {
            if (event.path("kind").asText().equals("alert")) {
                Raised alert = new Raised(
                        instant(event.path("at")),
                        event.path("severity").asText(),
                        event.path("text").asText());
                if (!isBegun) {
                    known.add(alert);
                    begin = alert.at();
                } else if (!alert.at().isBefore(begin)) {
                    tell(alert, event.path("more").asText());
                }
            }
        }
        isBegun = true;
    }

    private void tell(Raised alert, String remedy) {
        if (known.add(alert)) {
            note.accept("alert: " + alert.severity() + " " + alert.message() + " -> " + remedy);
        }
    }

    private static Instant instant(JsonNode time) {
        return time.isTextual() ? Instant.parse(time.asText()) : Instant.EPOCH;
    }
}
