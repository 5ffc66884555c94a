package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class OpenStreamsTest {

    private final OpenStreams streams = new OpenStreams(2);

    @Test
    void aClientHasSoManyAndOneMoreForEachThatHasEnded() {
        Runnable first = streams.open("a");
        streams.open("a");
        Refusal refused = assertThrows(Refusal.class, () -> streams.open("a"));
        assertEquals(429, refused.toResponse().getStatus());
        streams.open("b");

        first.run();
        first.run();
        streams.open("a");
        assertThrows(Refusal.class, () -> streams.open("a"));
    }
}
