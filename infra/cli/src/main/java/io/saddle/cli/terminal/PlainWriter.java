package io.saddle.cli.terminal;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/**
 * A writer to a terminal that whatever others wrote cannot steer: reasons, messages and names come from topics, and one that moves the
 * cursor or turns the direction of text could show lines that nobody wrote. Lines end as this system's do; of control characters tabs alone
 * are let through besides.
 */
public final class PlainWriter extends PrintWriter {

    private static final char INSTEAD = '\ufffd';
    private static final boolean ENDS_WITH_RETURN = System.lineSeparator().indexOf('\r') >= 0;

    /** @param out flushed after each line */
    public PlainWriter(OutputStream out, Charset charset) {
        super(out, true, charset);
    }

    @Override
    public void write(int c) {
        super.write(plain((char) c));
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        char[] plain = new char[length];
        for (int i = 0; i < length; i++) {
            plain[i] = plain(buffer[offset + i]);
        }
        super.write(plain, 0, length);
    }

    @Override
    public void write(String text, int offset, int length) {
        write(text.toCharArray(), offset, length);
    }

    private static char plain(char c) {
        boolean lets = c == '\n' || c == '\t' || c == '\r' && ENDS_WITH_RETURN;
        boolean turns = c >= '\u202a' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
        return !lets && Character.isISOControl(c) || turns ? INSTEAD : c;
    }
}
