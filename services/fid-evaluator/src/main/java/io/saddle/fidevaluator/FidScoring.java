package io.saddle.fidevaluator;

import io.saddle.kafka.Publisher;
import io.saddle.run.spec.RunSpec;
import io.saddle.schema.FidScore;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.SnapshotEvaluation;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** EMA snapshots in, FID scores out. A run's last snapshot is always scored. */
@ApplicationScoped
public class FidScoring implements SnapshotEvaluation {

    private static final Logger LOG = LoggerFactory.getLogger(FidScoring.class);

    private final FidScorer scorer;
    private final Publisher publisher;

    public FidScoring(FidScorer scorer, Publisher publisher) {
        this.scorer = scorer;
        this.publisher = publisher;
    }

    @Override
    public SnapshotWeights weights() {
        return SnapshotWeights.EMA;
    }

    @Override
    public boolean mayBeSkipped(ModelSnapshot snapshot, RunSpec spec) {
        return !snapshot.getLast();
    }

    @Override
    public void evaluate(ModelSnapshot snapshot, RunSpec spec)
            throws IOException, ExecutionException, InterruptedException {
        FidScore score = scorer.score(snapshot, spec);
        publisher.send(Topics.FID_SCORES, score.getRunId(), score).get();
        LOG.info(
                "{} step {}: FID {} over {} images",
                score.getRunId(),
                score.getStep(),
                score.getFid(),
                score.getImages());
    }

    @Override
    public String remedy() {
        return "check the artifact store and the reference data; training is not affected";
    }
}
