package io.saddle.cli.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A server's clock, by the {@code Date} of its answer.
 *
 * @param there what it shows
 * @param here what this machine's showed when the answer came: later is another time, however long the next checks take
 */
record ServerTime(Instant there, Instant here) {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Empty where it does not say, or is not to be trusted by its certificate. */
    static Optional<ServerTime> of(URI address) {
        try {
            return HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.discarding())
                    .headers()
                    .firstValue("Date")
                    .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant())
                    .map(there -> new ServerTime(there, Instant.now()));
        } catch (IOException | DateTimeParseException | IllegalArgumentException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
