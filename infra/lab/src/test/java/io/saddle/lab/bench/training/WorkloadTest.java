package io.saddle.lab.bench.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.training.BatchingMode;
import io.saddle.lab.bench.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    @Test
    void aRequestIsReadAsWhatWasAsked() {
        Workload asked = new Workload(3, BatchingMode.WEIGHTED_SUM, 2);

        assertEquals(asked, Workload.from(asked.request(7)));
        assertEquals(7, asked.request(7).path("steps").asInt());
        assertEquals(3, asked.multipliers().count());
    }

    @Test
    void aRequestThatNamesNothingIsAPlainStep() {
        assertEquals(Workload.PLAIN, Workload.from(Json.object().put("steps", 1)));
    }

    @Test
    void constraintsAreMeasuredInBothModesBesideNone() {
        List<String> names = List.copyOf(ConstraintsBench.workloads().keySet());

        assertEquals("m = 0", names.get(0));
        assertTrue(names.containsAll(List.of("mixture, m = 10", "weighted-sum, m = 10")), names.toString());
    }
}
