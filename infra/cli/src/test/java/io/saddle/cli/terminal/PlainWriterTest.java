package io.saddle.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PlainWriterTest {

    /** A reason moved the cursor up and erased the lines of others, a name ran from right to left. */
    @Test
    void whatSteersATerminalIsShownAndNotObeyed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PlainWriter out = new PlainWriter(bytes, StandardCharsets.UTF_8);
        out.println("tidy\u001b[2A\u001b[2K");
        out.printf("%s\t%c%n", "a\rb\u0007", '\u009b');
        out.write("xx\u202eyy".toCharArray(), 1, 4);
        out.flush();
        assertEquals(
                "tidy\ufffd[2A\ufffd[2K\na\ufffdb\ufffd\t\ufffd\nx\ufffdyy",
                bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
    }
}
