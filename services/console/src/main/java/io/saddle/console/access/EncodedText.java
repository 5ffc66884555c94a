package io.saddle.console.access;

import io.saddle.audit.ChangeOrigin;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Texts of people in headers. These carry ASCII only: what people write comes percent-encoded. */
public final class EncodedText {

    /** The header that says who asks, where nobody has to prove it. */
    public static final String BY = "Saddle-By";

    /** The header that says why something is changed. */
    public static final String REASON = "Saddle-Reason";

    private EncodedText() {}

    /** The text, one line; null where there is no header. */
    public static String of(String header) {
        return header == null ? null : ChangeOrigin.cut(decoded(header));
    }

    private static String decoded(String header) {
        try {
            return URLDecoder.decode(header, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return header;
        }
    }
}
