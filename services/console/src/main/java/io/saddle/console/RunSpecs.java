package io.saddle.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The runs' specifications, each parsed once for every revision: the list of runs is asked for every second. */
@ApplicationScoped
public class RunSpecs {

    private static final ObjectMapper JSON = new ObjectMapper();

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

    /** Forgets runs of which nobody will ask any more. */
    void forget(Predicate<String> gone) {
        newest.keySet().removeIf(gone);
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

    /** The specification's labels, also of one that this release refuses for anything else: whose a run is does not depend on that. */
    Map<String, String> labels(TrainingRun run) {
        return of(run).map(RunSpec::labels).orElseGet(() -> {
            Map<String, String> labels = new TreeMap<>();
            tree(run.getSpec())
                    .path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            return labels;
        });
    }

    /** The folder or the address of the model that the run starts from; as {@link #labels}, whatever else this release refuses. */
    Optional<String> initialModel(TrainingRun run) {
        return of(run).map(spec -> Optional.ofNullable(spec.initialModel()).map(RunSpec.InitialModel::folder))
                .orElseGet(() -> Optional.ofNullable(
                        tree(run.getSpec()).at("/initialModel/folder").textValue()));
    }

    /** What a console has written as JSON: specifications, pipelines' definitions. */
    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was checked before is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private Optional<RunSpec> parse(String json) {
        try {
            return Optional.of(parser.fromJson(json));
        } catch (InvalidRunSpecException e) {
            return Optional.empty();
        }
    }
}
