package io.saddle.console;

import io.saddle.artifact.ArtifactStore;
import io.saddle.model.DiffusersModels;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.TrainingRun;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The runs' specifications, each parsed once for every revision: the list of runs is asked for every second. */
@ApplicationScoped
public class RunSpecs {

    private record Parsed(String json, Optional<RunSpec> spec) {}

    private final RunSpecParser parser;
    private final Map<String, Parsed> newest = new ConcurrentHashMap<>();

    public RunSpecs(RunSpecParser parser) {
        this.parser = parser;
    }

    /** Of what people write: with the models and data sets that are there, and each run's best model. */
    @Produces
    @Singleton
    static RunSpecParser parser(ArtifactStore artifacts, DataRoots roots, TopicFeed feed, ImageSets sets) {
        DiffusersModels models =
                DiffusersModels.judged(artifacts, roots, runId -> feed.views().judgedSteps(runId));
        return new RunSpecParser(models, sets);
    }

    /** Empty if it cannot be read. */
    Optional<RunSpec> of(TrainingRun run) {
        String json = run.getSpec();
        return newest.compute(
                        run.getRunId(),
                        (id, known) ->
                                known != null && known.json().equals(json) ? known : new Parsed(json, parse(json)))
                .spec();
    }

    private Optional<RunSpec> parse(String json) {
        try {
            return Optional.of(parser.fromJson(json));
        } catch (InvalidRunSpecException e) {
            return Optional.empty();
        }
    }
}
