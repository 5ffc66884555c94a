package io.saddle.console.access;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnderwayTest {

    private final Underway underway = new Underway();

    @Test
    void aClientHasSoManyAndOneMoreWhenOneHasEnded() {
        Runnable first = underway.begin("a", 2).orElseThrow();
        underway.begin("a", 2).orElseThrow();
        assertTrue(underway.begin("a", 2).isEmpty());
        assertTrue(underway.begin("b", 2).isPresent(), "another client has its own");
        first.run();
        first.run();
        assertTrue(underway.begin("a", 2).isPresent());
        assertTrue(underway.begin("a", 2).isEmpty(), "one end counts once");
    }

    @Test
    void fewerMayBeAllowedThanThereAre() {
        underway.begin("a", 3).orElseThrow();
        underway.begin("a", 3).orElseThrow();
        assertTrue(underway.begin("a", 1).equals(Optional.empty()));
    }
}
