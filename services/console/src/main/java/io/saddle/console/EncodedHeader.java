package io.saddle.console;

import io.saddle.run.spec.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Values of headers. They carry ASCII only: what people write comes percent-encoded. */
final class EncodedHeader {

    /** The folder of the file that a body comes from. */
    static final String FOLDER = "Saddle-Folder";

    private EncodedHeader() {}

    /** The text; null where there is no header. */
    static String text(String header) {
        try {
            return header == null ? null : URLDecoder.decode(header, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return header;
        }
    }

    /**
     * The folder that relative paths of a body are relative to; null where there is no header.
     *
     * @throws Refusal if it is no absolute path
     */
    static Path folder(String header) {
        String text = text(header);
        try {
            if (text == null || Path.of(text).isAbsolute()) {
                return text == null ? null : Path.of(text);
            }
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw Refusal.invalid(
                "the folder of relative paths is not absolute",
                List.of(new Problem(FOLDER, "must be an absolute path, was '" + text + "'")));
    }
}
