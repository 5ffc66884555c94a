package io.saddle.dualupdater;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.run.dual.DualMemory;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.ThresholdKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class DualRunSerdeTest {

    private final Serde<DualRun> serde = DualRunSerde.create();

    private DualRun roundTrip(DualRun run) {
        return serde.deserializer().deserialize("store", serde.serializer().serialize("store", run));
    }

    private static DualRun with(double multiplier, DualMemory memory, Double gamma) {
        return new DualRun(
                "r",
                new DualSettings(
                        0,
                        true,
                        0,
                        20,
                        0,
                        0,
                        0.1,
                        gamma,
                        1e3,
                        List.of("a", "b"),
                        RunSpec.Optimizer.NUPI,
                        new RunSpec.NuPi(0.3, 1, 0.9, RunSpec.FirstStep.ZEROS),
                        null,
                        7),
                17,
                new TreeMap<>(Map.of(
                        "a",
                        new DualConstraint(
                                new DualDefinition(
                                        3,
                                        true,
                                        "denoising-loss",
                                        0.1,
                                        ThresholdKind.RELATIVE_TO_OBJECTIVE,
                                        0.5,
                                        0.2,
                                        gamma),
                                multiplier,
                                memory,
                                340,
                                2,
                                multiplier))),
                new TreeMap<>(Map.of(
                        "a", new DualEstimate("a", 3, "denoising-loss", 340, 17, multiplier, false, multiplier))),
                List.of(new DualEstimate("zz", 1, "x", Long.MAX_VALUE, 0, Math.nextUp(multiplier), true, null)),
                false,
                -1);
    }

    @Test
    void aRunComesBackAsItWas() {
        DualRun plain = with(0.25, DualMemory.NONE, null);
        DualRun resilient = with(0.25, DualMemory.NONE, 0.3);
        assertEquals(plain, roundTrip(plain));
        assertEquals(resilient, roundTrip(resilient));
        assertEquals(plain.broken(), roundTrip(plain.broken()));
        assertNotEquals(plain, resilient);
        assertEquals(DualRun.unknown("r"), roundTrip(DualRun.unknown("r")));
    }

    @Test
    void everyDoubleComesBackBitForBit() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 5_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                DualRun run = with(value, new DualMemory(i, -value, value / 3), value);
                assertEquals(run, roundTrip(run), () -> Double.toHexString(value));
            }
        }
        for (double edge : new double[] {-0.0, 0.0, Double.MIN_VALUE, Double.MAX_VALUE, Double.MIN_NORMAL, 0.1 + 0.2}) {
            double back = roundTrip(with(edge, DualMemory.NONE, null))
                    .constraints()
                    .get("a")
                    .multiplier();
            assertEquals(Double.doubleToRawLongBits(edge), Double.doubleToRawLongBits(back));
        }
    }

    @Test
    void anEarlyEstimateThatIsNotFiniteIsKeptToo() {
        for (double loss : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            DualRun run = DualAscent.onEstimate(
                            DualRun.unknown("r"), new DualEstimate("a", 1, "e", 1, 0, loss, false, null))
                    .run();
            assertEquals(run, roundTrip(run));
        }
    }

    @Test
    void nothingIsNothing() {
        assertNull(serde.serializer().serialize("store", null));
        assertNull(serde.deserializer().deserialize("store", null));
    }

    /** All runs of its partition stood still after the way back to an older build. */
    @Test
    void aStateWithWhatANewerBuildAddsStopsNobodyElse() {
        String ours = new String(
                serde.serializer().serialize("store", with(0.25, DualMemory.NONE, null)), StandardCharsets.UTF_8);
        DualRun optimizer = serde.deserializer()
                .deserialize("store", ours.replace("\"nupi\",", "\"novel\",").getBytes(StandardCharsets.UTF_8));
        assertNull(optimizer.settings());
        assertEquals(17, optimizer.dualStep());
        assertTrue(optimizer.lacksSettings());

        DualRun kind = serde.deserializer()
                .deserialize(
                        "store", ours.replace("RELATIVE_TO_OBJECTIVE", "NOVEL").getBytes(StandardCharsets.UTF_8));
        assertEquals(
                ThresholdKind.UNKNOWN, kind.constraints().get("a").definition().thresholdKind());
    }

    @Test
    void aStoreThatCannotBeReadSaysSo() {
        byte[] garbage = "{\"runId\":".getBytes(StandardCharsets.UTF_8);
        SerializationException e = assertThrows(
                SerializationException.class, () -> serde.deserializer().deserialize("store", garbage));
        assertEquals("the store holds a dual state that cannot be read", e.getMessage());
    }

    /** As version 0.1.0 wrote it before optimizers could be chosen and thresholds be relative. */
    @Test
    void aStateOfAnEarlierReleaseIsReadWithWhatItMeantThen() {
        String old =
                "{\"runId\":\"r\",\"settings\":{\"lockstep\":true,\"primalSteps\":20,\"learningRate\":0.5,\"resilience\":null,"
                        + "\"multiplierLimit\":100.0,\"constraintIds\":[\"a\"]},\"dualStep\":3,\"constraints\":{\"a\":{\"version\":1,"
                        + "\"active\":true,\"evaluator\":\"denoising-loss\",\"threshold\":0.25,\"multiplier\":0.75,\"memory\":{\"steps\":3,"
                        + "\"first\":0.0,\"second\":0.0},\"lastStep\":60,\"reported\":0}},\"pending\":{},\"early\":[]}";

        DualRun read = serde.deserializer().deserialize("store", old.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        DualTransition done =
                DualAscent.onEstimate(read, new DualEstimate("a", 1, "denoising-loss", 80, 3, 0.75, false, null));

        assertEquals(
                0.75 + 0.5 * (0.75 - 0.25), done.run().constraints().get("a").multiplier());
    }

    /** As version 0.1.0 wrote it when definition and state lay in one record: a changelog survives an upgrade, and a downgrade. */
    @Test
    void theStoredBytesStayAsTheyAre() {
        String stored = """
                {"runId":"r","settings":{"lockstep":true,"primalSteps":20,"learningRate":0.1,"resilience":0.3,
                "multiplierLimit":1000.0,"constraintIds":["a","b"],"optimizer":"nupi",
                "nupi":{"kp":0.3,"ki":1.0,"nu":0.9,"firstStep":"zeros"},"adam":null,"warmupSteps":7},"dualStep":17,
                "constraints":{"a":{"version":3,"active":true,"evaluator":"denoising-loss","threshold":0.1,"multiplier":0.25,
                "memory":{"steps":17,"first":-0.5,"second":0.125},"lastStep":340,"reported":2,
                "thresholdKind":"RELATIVE_TO_OBJECTIVE","decay":0.5,"learningRate":0.2,"resilience":0.3,"bound":0.25}},
                "pending":{"a":{"constraintId":"a","constraintVersion":3,"evaluator":"denoising-loss","step":340,"dualStep":17,
                "loss":0.25,"shadow":false,"thresholdReference":0.25}},
                "early":[{"constraintId":"zz","constraintVersion":1,"evaluator":"x","step":9223372036854775807,"dualStep":0,
                "loss":0.25000000000000006,"shadow":true,"thresholdReference":null}]}""".replace("\n", "");
        DualRun run = with(0.25, new DualMemory(17, -0.5, 0.125), 0.3);

        assertEquals(run, serde.deserializer().deserialize("store", stored.getBytes(StandardCharsets.UTF_8)));
        assertEquals(stored, new String(serde.serializer().serialize("store", run), StandardCharsets.UTF_8));
    }
}
