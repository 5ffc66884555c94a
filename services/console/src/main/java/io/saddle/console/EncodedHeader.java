package io.saddle.console;

import io.saddle.console.access.EncodedText;
import io.saddle.run.spec.Problem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The header that a body comes with. */
final class EncodedHeader {

    /** The folder of the file that a body comes from. */
    static final String FOLDER = "Saddle-Folder";

    private EncodedHeader() {}

    /**
     * The folder that relative paths of a body are relative to; null where there is no header.
     *
     * @throws Refusal if it is no absolute path
     */
    static Path folder(String header) {
        String text = EncodedText.of(header);
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
