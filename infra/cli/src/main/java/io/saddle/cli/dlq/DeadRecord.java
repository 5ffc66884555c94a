package io.saddle.cli.dlq;

import io.saddle.topic.DeadLetterHeaders;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A record that could not be read or handled, with a letter from each reader that gave it up.
 *
 * @param origin where it stood
 * @param letters oldest first; never empty
 * @param replayedTo where it was sent again; null if it was not
 */
public record DeadRecord(RecordPosition origin, List<Letter> letters, String replayedTo) {

    /** The letter to show and replay. */
    public Letter newest() {
        return letters.get(letters.size() - 1);
    }

    /** The services that gave it up, each once. */
    public String services() {
        return letters.stream().map(Letter::service).distinct().sorted().collect(Collectors.joining(", "));
    }

    /** The place that it had been replayed from before it failed again; null if this is its first failure. */
    public String replayedFrom() {
        return newest().headers().get(DeadLetterHeaders.REPLAYED);
    }
}
