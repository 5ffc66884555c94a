package io.saddle.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReadPlacesTest {

    private static final TopicPartition PLACE = new TopicPartition("t", 0);
    private static final long OTHERWISE = -1;

    private final ReadPlaces places = new ReadPlaces();

    private void begin(String id, long end) {
        places.begin(Map.of("t", id), Map.of(PLACE, end));
    }

    /** Of two failures, one behind the other, the second made news again of what had been handed on before the first. */
    @Test
    void whatWasHandedOnIsNoNewsHoweverOftenItComesAgain() {
        begin("one", 0);
        for (long offset = 0; offset < 10; offset++) {
            places.handedOn(PLACE, offset);
        }
        places.done(Map.of(PLACE, 3L));
        begin("one", 10);
        assertEquals(3, places.beginning(PLACE, OTHERWISE));
        places.handedOn(PLACE, 3);
        places.done(Map.of(PLACE, 4L));
        begin("one", 10);
        assertEquals(4, places.beginning(PLACE, OTHERWISE));
        assertFalse(places.isNew(PLACE, 9));
        assertTrue(places.isNew(PLACE, 10));
    }

    @Test
    void ofATopicThatWasMadeAnewNothingWasDoneAndWhatStandsOnItIsNoNews() {
        begin("one", 0);
        places.handedOn(PLACE, 9);
        places.done(Map.of(PLACE, 10L));
        for (long end : new long[] {5, 20}) {
            begin("anew at " + end, end);
            assertEquals(OTHERWISE, places.beginning(PLACE, OTHERWISE));
            assertFalse(places.isNew(PLACE, end - 1));
            assertTrue(places.isNew(PLACE, end));
        }
    }
}
