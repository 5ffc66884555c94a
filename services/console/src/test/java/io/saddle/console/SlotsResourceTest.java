package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.RunPhase;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The slots of a run's newest round, from the topics. */
@QuarkusTest
class SlotsResourceTest extends ConsoleTest {

    private static final int SLOTS = 3;

    @Inject
    ArtifactStore artifacts;

    private TrainedRun submitted() throws Exception {
        assertEquals(
                201,
                post("", specification(run) + "training: {slots: " + SLOTS + "}\n")
                        .statusCode());
        return new TrainedRun(publisher, artifacts, run);
    }

    private JsonNode slots() throws Exception {
        return JSON.readTree(get("/" + run + "/slots").body());
    }

    private Callable<Boolean> knows(String pointer, String value) {
        return () -> slots().at(pointer).asText().equals(value);
    }

    @Test
    void aRunWithoutSlotsHasOneAndNoRounds() throws Exception {
        submit();

        JsonNode slots = slots();
        assertEquals(1, slots.get("slots").asInt());
        assertTrue(slots.get("round").isNull(), slots.toString());
        assertEquals(0, slots.at("/sums/rounds").asInt());
    }

    @Test
    void whoDidWhichSlotAndWhatIsStillToBeDoneIsKnown() throws Exception {
        TrainedRun trained = submitted();
        assertEquals(SLOTS, slots().get("slots").asInt());
        trained.given(20, SLOTS)
                .did(20, 1, "trainer-2")
                .did(20, 1, "trainer-3")
                .couldNotDo(20, 2, "trainer-2", "there is no such device")
                .given(20, 2, SLOTS, 1)
                .durable();

        await().until(knows("/round/slots/1/state", "DONE"));
        await().until(knows("/round/slots/2/attempt", "1"));
        await().until(knows("/sums/lastProblem/problem", "there is no such device"));
        JsonNode slots = slots();
        assertEquals(20, slots.at("/round/step").asInt());
        assertEquals(TrainedRun.PRIMAL_STEPS, slots.at("/round/steps").asInt());
        assertEquals("trainer-2", slots.at("/round/slots/1/worker").asText());
        assertEquals(1300, slots.at("/round/slots/1/computeMillis").asInt());
        assertEquals("GIVEN", slots.at("/round/slots/0/state").asText());
        assertTrue(slots.at("/round/slots/0/waitingMillis").isNumber(), slots.toString());
        assertEquals("{\"trainer-2\":1}", slots.at("/sums/doneBy").toString());
        assertEquals(SLOTS * 4_100_000, slots.at("/sums/bytesPerRound").asInt());
    }

    /** What its trainers still say afterwards opens no round. */
    @Test
    void ofARunThatHasEndedThereIsNoRound() throws Exception {
        TrainedRun trained = submitted().given(20, SLOTS).durable();
        await().until(knows("/round/step", "20"));

        status(RunPhase.STOPPED, 20);
        await().until(() -> slots().get("round").isNull());
        trained.did(20, 1, "trainer-2").durable();
        await().until(() ->
                JSON.readTree(get("/" + run).body()).get("phase").asText().equals("STOPPED"));
        assertTrue(slots().get("round").isNull());
    }

    @Test
    void recordsThatNobodyCanReadKeepNobodyFromReadingTheNext() throws Exception {
        TrainedRun trained = submitted();
        try (KafkaProducer<byte[], byte[]> anybody =
                new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] garbage = {1, 2, 3};
            for (Topic<?> topic : List.of(Topics.SLOT_TASKS, Topics.SLOT_RESULTS)) {
                anybody.send(new ProducerRecord<>(topic.name(), garbage, garbage))
                        .get();
                anybody.send(new ProducerRecord<>(topic.name(), 0, null, garbage))
                        .get();
            }
        }

        trained.given(20, SLOTS).did(20, 0, "trainer-1").durable();

        await().until(knows("/round/slots/0/state", "DONE"));
    }
}
