package io.saddle.fidevaluator;

import io.saddle.diffusion.files.Sha256;
import io.saddle.kafka.CatchUpReader;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.schema.FidScore;
import io.saddle.schema.ModelSnapshot;
import io.saddle.serde.Serdes;
import io.saddle.service.BoundedMap;
import io.saddle.service.EvaluatorDeployment;
import io.saddle.topic.Topics;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that this deployment has scored, by marks in the headers of its scores: none is scored twice. Another deployment beside
 * this one scores for itself. One thread at a time.
 */
@Singleton
public class ScoredModels {

    private static final Logger LOG = LoggerFactory.getLogger(ScoredModels.class);
    private static final String HEADER = "saddle.scored";
    /** How far other machines' clocks may be behind the trainer's; beyond, a model is scored again at most. */
    private static final long CLOCK_SKEW_MILLIS = Duration.ofHours(1).toMillis();
    /** Digests of about 64 bytes, of the year that the topic holds: after a loss of offsets the oldest are asked for first. */
    private static final int KEPT = 200_000;

    private final String service;
    private final CatchUpReader<FidScore> reader;
    private final Map<Long, Boolean> marks = BoundedMap.oldestFirst(KEPT);

    @Inject
    ScoredModels(
            KafkaSettings kafka,
            Serdes serdes,
            EvaluatorDeployment deployment,
            @ConfigProperty(name = "quarkus.application.name") String name) {
        service = deployment.named(name);
        reader = new CatchUpReader<>(kafka, serdes, Topics.FID_SCORES, this::put);
    }

    /** The mark of a model's score. */
    Header mark(ModelSnapshot snapshot) {
        return new RecordHeader(HEADER, bytes(snapshot));
    }

    /** Looks up whether this deployment has scored a model. */
    boolean has(Received<ModelSnapshot> received) throws InterruptedException {
        try {
            reader.catchUp(received.partition(), received.timestamp() - CLOCK_SKEW_MILLIS);
        } catch (AuthorizationException e) {
            LOG.warn("which models were scored is not known: {}; ./saddle setup gives the right", e.getMessage());
        }
        return has(received.value());
    }

    boolean has(ModelSnapshot snapshot) {
        return marks.containsKey(digest(bytes(snapshot)));
    }

    void put(Received<FidScore> score) {
        Header mark = score.headers().lastHeader(HEADER);
        if (mark != null) {
            marks.put(digest(mark.value()), true);
        }
    }

    /** So short that all fit, and long enough that no two marks ever share one. */
    private static long digest(byte[] mark) {
        return HexFormat.fromHexDigitsToLong(Sha256.of(mark), 0, Long.BYTES * 2);
    }

    /** By its bytes: a trainer that goes back may make another model of the same step. */
    private byte[] bytes(ModelSnapshot snapshot) {
        return String.join(
                        " ",
                        service,
                        snapshot.getRunId(),
                        Long.toString(snapshot.getStep()),
                        snapshot.getLast() ? "last" : "passing",
                        snapshot.getArtifact().getSha256())
                .getBytes(StandardCharsets.UTF_8);
    }

    @PreDestroy
    void close() {
        reader.close();
    }
}
