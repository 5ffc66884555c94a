package io.saddle.cli.connection;

import java.util.Iterator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads a text/event-stream. */
public final class ServerSentEvents {

    /** One event; {@code name} is "message" where the stream names none. */
    public record Event(String name, String data) {}

    private ServerSentEvents() {}

    /**
     * Hands over the events until the stream ends or {@code take} returns false.
     *
     * @return whether {@code take} ended it
     */
    public static boolean read(Stream<String> lines, Predicate<Event> take) {
        String name = "message";
        StringBuilder data = new StringBuilder();
        for (Iterator<String> all = lines.iterator(); all.hasNext(); ) {
            String line = all.next();
            if (line.isEmpty()) {
                if (data.length() > 0 && !take.test(new Event(name, data.toString()))) {
                    return true;
                }
                name = "message";
                data.setLength(0);
            } else if (line.startsWith("event:")) {
                name = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:")) {
                data.append(data.length() > 0 ? "\n" : "")
                        .append(line.substring("data:".length()).strip());
            }
        }
        return false;
    }
}
