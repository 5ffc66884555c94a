package io.saddle.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.saddle.topic.DeadLetterHeaders;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

    private static final byte[] VALUE = {1, 2, 3};

    @Test
    void aLetterCarriesWhatItsRecordHad() {
        byte[] key = "run".getBytes(UTF_8);
        Headers own = new RecordHeaders().add("trace", new byte[] {7});
        Headers letter = new RecordHeaders();
        assertSame(VALUE, DeadLetters.content(key, VALUE, own, letter));
        assertSame(key, DeadLetters.key(key));
        assertArrayEquals(new byte[] {7}, letter.lastHeader("trace").value());
        assertNull(letter.lastHeader(DeadLetterHeaders.OMITTED));
    }

    /** Zeros come packed: its letter did not fit, and whoever read the topic began again for ever. */
    @Test
    void aKeyOfMegabytesFitsIntoItsLetter() {
        byte[] key = new byte[3 << 20];
        Headers letter = new RecordHeaders();
        assertNull(DeadLetters.content(key, VALUE, new RecordHeaders(), letter));
        assertEquals(1 << 20, DeadLetters.key(key).length);
        assertEquals(
                "3", new String(letter.lastHeader(DeadLetterHeaders.OMITTED).value(), UTF_8), "nobody replays it");
    }
}
