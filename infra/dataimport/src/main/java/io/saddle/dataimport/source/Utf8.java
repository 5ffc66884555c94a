package io.saddle.dataimport.source;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text of a file as UTF-8. */
final class Utf8 {

    /** Excel writes it at the beginning; it is no letter of the first name. */
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Utf8() {}

    /** @throws SourceException naming the line that is none: read anyhow, different names would become one */
    static String decode(String address, byte[] content) throws SourceException {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(content);
        // No byte makes more than one.
        CharBuffer text = CharBuffer.allocate(content.length);
        CoderResult result = decoder.decode(bytes, text, true);
        if (result.isError()) {
            throw new SourceException(
                    address + ", line " + line(content, bytes.position()) + ": no UTF-8: save the file as UTF-8");
        }
        text.flip();
        if (text.hasRemaining() && text.get(0) == BYTE_ORDER_MARK) {
            text.get();
        }
        return text.toString();
    }

    private static int line(byte[] content, int position) {
        int line = 1;
        for (int i = 0; i < position; i++) {
            if (content[i] == '\n') {
                line++;
            }
        }
        return line;
    }
}
