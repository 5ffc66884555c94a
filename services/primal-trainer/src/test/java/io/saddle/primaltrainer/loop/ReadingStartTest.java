package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.saddle.kafka.TopicPlaces;
import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.primaltrainer.checkpoint.ReadPosition.Past;
import io.saddle.run.dual.JudgedModels;
import io.saddle.topic.Topics;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadingStartTest {

    private static final String TOPIC = Topics.MULTIPLIERS.name();
    private static final TopicPlaces NOW =
            new TopicPlaces(Map.of(TOPIC, "id"), Map.of(TOPIC, 900L), Map.of(TOPIC, 880L));
    private static final Past PAST = new Past(Map.of("a", 20L), JudgedModels.State.EMPTY, Map.of());

    private static ReadPosition kept(String id, Past past) {
        return new ReadPosition(Map.of(TOPIC, 70L), Map.of(TOPIC, id), past);
    }

    @Test
    void theCheckpointSaysWhereTheTopicIsTheSame() {
        ReadingStart start = ReadingStart.of(kept("id", PAST), Optional.of(NOW));
        assertEquals(70, start.of(Topics.MULTIPLIERS));
        assertEquals(0, start.of(Topics.SLOT_RESULTS), "of which it says nothing");
        assertEquals(PAST, start.past());
        assertEquals(
                new ReadPosition(Map.of(TOPIC, 80L), Map.of(TOPIC, "id"), PAST),
                start.position(Map.of(TOPIC, 80L), PAST));
    }

    /** As after a restore into another cluster: an offset of the old topic would pass over records of the new one. */
    @Test
    void everythingIsReadOfATopicThatWasMadeAgain() {
        ReadingStart start = ReadingStart.of(kept("another", PAST), Optional.of(NOW));
        assertEquals(0, start.of(Topics.MULTIPLIERS));
        assertEquals(Past.NOTHING, start.past(), "it comes again");
    }

    @Test
    void everythingIsReadWhereTheCheckpointDoesNotSayWhatCameBefore() {
        ReadPosition old = new ReadPosition(Map.of(TOPIC, 70L), Map.of(), null);
        assertEquals(0, ReadingStart.of(old, Optional.of(NOW)).of(Topics.MULTIPLIERS));
    }

    @Test
    void everythingIsReadWhereTheClusterDoesNotSayWhatItsTopicsAre() {
        ReadingStart start = ReadingStart.of(kept("id", PAST), Optional.empty());
        assertEquals(0, start.of(Topics.MULTIPLIERS));
        assertNull(start.position(Map.of(TOPIC, 80L), PAST).past(), "nor can a successor go on from there");
        assertEquals(0, ReadingStart.of(ReadPosition.NEW, Optional.empty()).of(Topics.MULTIPLIERS));
    }

    /** As of a broker whose disk was put back, or that lost what it had not written yet. */
    @Test
    void everythingIsReadOfATopicThatHasLostItsEnd() {
        ReadPosition kept = new ReadPosition(Map.of(TOPIC, 901L), Map.of(TOPIC, "id"), PAST);
        assertEquals(0, ReadingStart.of(kept, Optional.of(NOW)).of(Topics.MULTIPLIERS));
    }

    @Test
    void onlyWhatMayBeOfItIsReadForARunThatNobodyHasBegun() {
        assertEquals(880, ReadingStart.of(ReadPosition.NEW, Optional.of(NOW)).of(Topics.MULTIPLIERS));
    }
}
