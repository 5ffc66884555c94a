package io.saddle.primaltrainer.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.primaltrainer.ownership.TrainerStanding.Held;
import io.saddle.primaltrainer.ownership.TrainerStanding.Resting;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What trainers of different builds tell each other while they are exchanged one by one. */
class TrainerStandingTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEFORE_FAILURES_WERE_TOLD = """
            {"seats": 2, "held": {"r": {"round": 7, "ending": false}}, "resting": {"s": {"millis": 900, "wanted": "RUNNING"}}}""";

    private static TrainerStanding standing(Map<String, Long> failed) {
        return new TrainerStanding(
                2, Map.of("r", new Held(7, false)), Map.of("s", new Resting(900, "RUNNING")), failed);
    }

    @Test
    void aTrainerOfBeforeSaysOfNoFailure() throws IOException {
        assertEquals(standing(Map.of()), JSON.readValue(BEFORE_FAILURES_WERE_TOLD, TrainerStanding.class));
    }

    /** Which passes over what it does not know. */
    @Test
    void failuresAreSaidBesideWhatATrainerOfBeforeReads() throws IOException {
        ObjectNode said = (ObjectNode) JSON.readTree(JSON.writeValueAsBytes(standing(Map.of("t", 30_000L))));
        assertEquals(30_000, said.path("failed").path("t").asLong());
        said.remove("failed");
        assertEquals(JSON.readTree(BEFORE_FAILURES_WERE_TOLD), said);
    }

    @Test
    void whatALaterBuildSaysBesidesIsPassedOver() throws IOException {
        String later = BEFORE_FAILURES_WERE_TOLD.replaceFirst("\\{", "{\"devices\": [\"cuda:0\"], ");
        assertEquals(standing(Map.of()), JSON.readValue(later, TrainerStanding.class));
    }
}
