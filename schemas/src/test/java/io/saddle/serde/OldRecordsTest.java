package io.saddle.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.saddle.schema.ClassShare;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DataSelection;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Records that stand on topics, written by earlier builds, or come from later ones. */
class OldRecordsTest {

    /** Avro binary of version 1 of each schema, made without this code. */
    private static final String LOSS_ESTIMATE_1 =
            "0a72756e2d310e64696769742d34045004000000000000c03f000000000000b03f80041c64656e6f6973696e672d6c6f"
                    + "73730a302e312e30010000000000002940f699c296ed66";

    private static final String CONSTRAINT_DEFINITION_1 =
            "0a72756e2d310e64696769742d3404041c64656e6f6973696e672d6c6f7373022062756e646c65643a6d6e6973743130"
                    + "6b2062756e646c65643a6d6e69737431306b020802c8010000000e008001000000000000d03f000000000000f83f02f6"
                    + "99c296ed66020661646100";

    private static final String MULTIPLIER_UPDATE_1 =
            "0a72756e2d310678020e64696769742d3404000000000000e03f000000000000e83f02000000000000e43f0000000000"
                    + "00c03f02000000000000e0bf0000000000000000000000000000d83f021c64656e6f6973696e672d6c6f737300000000"
                    + "000000e43ff699c296ed66";

    private static final Instant TIME = Instant.parse("2025-12-29T09:20:00.123Z");

    private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();

    private <T extends SpecificRecord> T read(Topic<T> topic, Schema written, byte[] binary) throws Exception {
        int id = registry.register(topic.subject(), new AvroSchema(written));
        byte[] data = ByteBuffer.allocate(5 + binary.length)
                .put((byte) 0)
                .putInt(id)
                .put(binary)
                .array();
        return new Serdes(registry).deserializer(topic).deserialize(topic.name(), data);
    }

    private <T extends SpecificRecord> T readVersion1(Topic<T> topic, String hex) throws Exception {
        Path file = Path.of("src", "history", topic.subject(), "1.avsc");
        Schema written = new Schema.Parser().parse(Files.readString(file));
        return read(topic, written, HexFormat.of().parseHex(hex));
    }

    @Test
    void aLossEstimateOfVersion1IsRead() throws Exception {
        assertEquals(
                LossEstimate.newBuilder()
                        .setRunId("run-1")
                        .setConstraintId("digit-4")
                        .setConstraintVersion(2)
                        .setStep(40)
                        .setDualStep(2)
                        .setLoss(0.125)
                        .setStandardError(0.0625)
                        .setSamples(256)
                        .setEvaluator("denoising-loss")
                        .setEvaluatorBuild("0.1.0")
                        .setShadow(true)
                        .setComputeMillis(12.5)
                        .setComputedAt(TIME)
                        .build(),
                readVersion1(Topics.LOSS_ESTIMATES, LOSS_ESTIMATE_1));
    }

    @Test
    void aConstraintDefinitionOfVersion1IsRead() throws Exception {
        DataSelection data = DataSelection.newBuilder()
                .setImages("bundled:mnist10k")
                .setLabels("bundled:mnist10k")
                .setClasses(List.of(
                        ClassShare.newBuilder().setLabel(4).setCount(100).build()))
                .setOtherClasses(false)
                .setSeed(7)
                .build();
        assertEquals(
                ConstraintDefinition.newBuilder()
                        .setRunId("run-1")
                        .setConstraintId("digit-4")
                        .setVersion(2)
                        .setState(ConstraintState.SHADOW)
                        .setEvaluator("denoising-loss")
                        .setData(data)
                        .setEvaluationSamples(64)
                        .setThreshold(0.25)
                        .setInitialMultiplier(1.5)
                        .setMultiplierHandover(MultiplierHandover.RESET)
                        .setUpdatedAt(TIME)
                        .setUpdatedBy("ada")
                        .build(),
                readVersion1(Topics.CONSTRAINTS, CONSTRAINT_DEFINITION_1));
    }

    @Test
    void aMultiplierUpdateOfVersion1IsRead() throws Exception {
        ConstraintMultiplier multiplier = ConstraintMultiplier.newBuilder()
                .setConstraintId("digit-4")
                .setVersion(2)
                .setBefore(0.5)
                .setAfter(0.75)
                .setLoss(0.625)
                .setThreshold(0.125)
                .setSlack(-0.5)
                .setRelaxation(0)
                .setMixtureWeight(0.375)
                .setEvaluator("denoising-loss")
                .build();
        assertEquals(
                MultiplierUpdate.newBuilder()
                        .setRunId("run-1")
                        .setDualStep(3)
                        .setStep(60)
                        .setConstraints(List.of(multiplier))
                        .setObjectiveWeight(0.625)
                        .setUpdatedAt(TIME)
                        .build(),
                readVersion1(Topics.MULTIPLIERS, MULTIPLIER_UPDATE_1));
    }

    /** As a later build would write it: one field and one symbol more. */
    @Test
    void aRecordOfALaterVersionIsReadAsFarAsItIsKnown() throws Exception {
        Schema later = new Schema.Parser()
                .parse(Topics.CONSTRAINTS
                        .schema()
                        .toString()
                        .replace(
                                "\"symbols\":[\"UNKNOWN\",\"ACTIVE\"", "\"symbols\":[\"UNKNOWN\",\"FROZEN\",\"ACTIVE\"")
                        .replace(
                                "\"fields\":[{\"name\":\"runId\"",
                                "\"fields\":[{\"name\":\"added\",\"type\":\"string\"}," + "{\"name\":\"runId\""));
        Schema state = later.getField("state").schema();
        Object written = new GenericRecordBuilder(later)
                .set("added", "new")
                .set("runId", "run-1")
                .set("constraintId", "digit-4")
                .set("version", 3)
                .set("state", new GenericData.EnumSymbol(state, "FROZEN"))
                .set("evaluator", "denoising-loss")
                .set("threshold", 0.25)
                .set("updatedAt", TIME.toEpochMilli())
                .build();

        ConstraintDefinition read = read(Topics.CONSTRAINTS, later, RandomRecords.binary(later, written));

        assertEquals(ConstraintState.UNKNOWN, read.getState());
        assertEquals("digit-4", read.getConstraintId());
        assertEquals(TIME, read.getUpdatedAt());
    }
}
