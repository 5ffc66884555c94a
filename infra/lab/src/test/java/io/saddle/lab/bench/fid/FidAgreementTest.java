package io.saddle.lab.bench.fid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import java.util.List;
import org.junit.jupiter.api.Test;

class FidAgreementTest {

    private static Side.Measured side(String name, double distance) {
        ObjectNode answer = Json.object().put("distance", distance);
        answer.set("millis", Json.array(1));
        return new Side.Measured(name, Json.object(), "millis", List.of(answer));
    }

    private static Comparison compared(double ours, double theirs) {
        return FidAgreement.of(Comparison.of(
                "distance", "ms", List.of(side(FidAgreement.OURS, ours), side(FidAgreement.THEIRS, theirs))));
    }

    @Test
    void aDifferenceIsRelativeToThePeersDistance() {
        Comparison close = compared(400.0002, 400);
        assertEquals(5e-7, close.facts().path("relativeDifference").asDouble(), 1e-12);
        assertTrue(close.facts().path("relativeDifferenceMet").asBoolean());
        assertTrue(
                close.notes().get(0).endsWith("relative difference 5.0e-07, goal <= 1e-06: met"),
                close.notes().get(0));
    }

    @Test
    void distancesThatAreNotTheSameMissTheGoal() {
        assertTrue(compared(400, 400.01).notes().get(0).endsWith(": missed"));
        assertFalse(
                compared(Double.NaN, 400).facts().path("relativeDifferenceMet").asBoolean());
    }

    @Test
    void withoutThePeerThereIsNothingToSay() {
        Comparison alone = FidAgreement.of(Comparison.of(
                "distance",
                "ms",
                List.of(side(FidAgreement.OURS, 400), new Side.Missing(FidAgreement.THEIRS, "peer not installed"))));
        assertTrue(alone.notes().isEmpty());
    }
}
