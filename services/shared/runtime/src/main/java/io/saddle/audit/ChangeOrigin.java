package io.saddle.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Where a change comes from, as headers of the record that makes it carry it. Each is null where it is not known.
 *
 * @param by who asked for it
 * @param client the address that asked
 * @param agent the program that asked, as it calls itself
 * @param reason why, as whoever asked said
 */
public record ChangeOrigin(String by, String client, String agent, String reason) {

    /** Nothing is known. */
    public static final ChangeOrigin UNKNOWN = new ChangeOrigin(null, null, null, null);

    private static final String BY = "saddle.by";
    private static final String CLIENT = "saddle.client";
    private static final String AGENT = "saddle.agent";
    private static final String REASON = "saddle.reason";
    /** What somebody writes must not fill an entry. */
    private static final int LONGEST = 1000;

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

    /** What the headers of a record say; UTF-8 text, the last of a name counts, and is cut where it is long. */
    public static ChangeOrigin of(Headers headers) {
        return new ChangeOrigin(text(headers, BY), text(headers, CLIENT), text(headers, AGENT), text(headers, REASON));
    }

    /** Whether a header of this name says where a change comes from. */
    public static boolean isHeader(String name) {
        return List.of(BY, CLIENT, AGENT, REASON).contains(name);
    }

    /** As headers. */
    public Header[] headers() {
        List<Header> headers = new ArrayList<>();
        add(headers, BY, by);
        add(headers, CLIENT, client);
        add(headers, AGENT, agent);
        add(headers, REASON, reason);
        return headers.toArray(Header[]::new);
    }

    /** A text as far as an entry has room for it, as one line. */
    public static String cut(String text) {
        return oneLine(text.length() <= LONGEST ? text : text.substring(0, LONGEST));
    }

    /** A text with blanks for its control characters: with line breaks in it, one entry could look like several. */
    public static String oneLine(String text) {
        return CONTROL.matcher(text).replaceAll(" ");
    }

    private static void add(List<Header> headers, String name, String text) {
        if (text != null) {
            headers.add(new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null) {
            return null;
        }
        return cut(new String(header.value(), StandardCharsets.UTF_8));
    }
}
