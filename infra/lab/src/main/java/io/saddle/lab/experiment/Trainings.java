package io.saddle.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.TextInput;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.OwnRuns;
import io.saddle.lab.report.RunFeed;
import io.saddle.lab.report.RunFollower;
import io.saddle.model.DiffusersModels;
import io.saddle.model.SelectedData;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.FidScore;
import io.saddle.stack.LocalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Trains runs through the running services, one after the other, and knows what their topics said. */
final class Trainings implements AutoCloseable {

    /** A run whose steps are done, and all that was said of it. */
    record Trained(RunSpec spec, FollowedRun history) {

        FidScore score() {
            return history.finalScore().orElseThrow();
        }
    }

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String stamp;
    private final ArtifactStore store;
    private final SelectedData data;
    private final RunSpecParser parser;
    private final Map<String, FollowedRun> histories = new ConcurrentHashMap<>();
    private final OwnRuns runs;
    private final RunFeed feed;

    /**
     * @param settings of the stack, which runs
     * @param runs submits them
     * @throws IOException if its artifact store cannot be opened
     */
    Trainings(LocalSettings settings, OwnRuns runs) throws IOException {
        this.stamp = DateTimeFormatter.ofPattern("MMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        this.store = ArtifactStores.open(settings.artifacts());
        ImageSets sets = new ImageSets(store, DataRoots.ANYWHERE);
        this.data = new SelectedData(sets);
        this.parser = new RunSpecParser(DiffusersModels.anywhere(), sets);
        this.runs = runs;
        this.feed = new RunFeed(settings.kafka(), histories);
    }

    /**
     * A specification that may be changed.
     *
     * @throws CommandException if there is none in the file
     */
    static ObjectNode read(Path file) {
        try {
            if (YAML.readTree(new TextInput(file.toString()).text()) instanceof ObjectNode specification) {
                return specification;
            }
        } catch (JsonProcessingException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, file + " is no YAML: " + e.getOriginalMessage());
        }
        throw new CommandException(ExitCode.INVALID_INPUT, file + " is no run specification: not a YAML mapping");
    }

    /**
     * Looks for mistakes without training anything.
     *
     * @throws CommandException with all of them
     */
    RunSpec check(String name, ObjectNode specification) throws IOException {
        return check(name, YAML.writeValueAsString(named(name, specification)));
    }

    private RunSpec check(String name, String yaml) {
        return parsed(() -> parser.parse(name, yaml));
    }

    /**
     * Looks whether there will be a multiplier to show when everything is trained. Models and data sets need not be there yet.
     *
     * @throws CommandException if the run ends before a dual step, with the least number of primal steps; also with mistakes
     */
    static void requireDualStep(String name, ObjectNode specification) {
        RunSpec spec = parsed(() -> new RunSpecParser().parseDual(name, specification.toString()));
        RunSpec.Dual dual = spec.dual();
        long least = (1 + dual.delay()) * dual.primalSteps() + 1;
        if (spec.training().steps() < least) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--steps: must be at least " + least + ", else the constraint's multiplier makes no step; was "
                            + spec.training().steps());
        }
    }

    /** @throws CommandException with all mistakes */
    private static RunSpec parsed(Supplier<RunSpec> parsing) {
        try {
            return parsing.get();
        } catch (InvalidRunSpecException e) {
            throw new CommandException(ExitCode.INVALID_INPUT, e.getMessage());
        }
    }

    private ObjectNode named(String name, ObjectNode specification) {
        return specification.deepCopy().put("name", name + "-" + stamp);
    }

    /**
     * Trains and waits; shows progress.
     *
     * @param name what the run is called, before what makes it unique
     * @throws io.saddle.cli.terminal.CommandException if it is refused or fails, or nothing is heard of it for long
     */
    Trained train(String name, ObjectNode specification) throws IOException, InterruptedException {
        String yaml = YAML.writeValueAsString(named(name, specification));
        RunSpec spec = check(name, yaml);
        FollowedRun history = new FollowedRun();
        histories.put(spec.name(), history);
        runs.submit(spec.name(), yaml);
        RunFollower.awaitTold(spec, history);
        return new Trained(spec, history);
    }

    /** Waits for the finished model's score too. */
    Trained trainAndJudge(String name, ObjectNode specification) throws IOException, InterruptedException {
        Trained trained = train(name, specification);
        RunFollower.awaitJudged(trained.spec(), trained.history());
        return trained;
    }

    /** The folder of the finished model. */
    Path finalModel(Trained trained) throws IOException {
        return store.verified(trained.history().finalModel().orElseThrow().getArtifact());
    }

    /** Opens what specifications select: files, and data sets of the stack's store. */
    SelectedData data() {
        return data;
    }

    /** PNG of the finished model's first samples. */
    byte[] grid(Trained trained) throws IOException {
        return Files.readAllBytes(store.verified(trained.score().getGrid()));
    }

    /** The specification with every default filled in. */
    JsonNode json(Trained trained) throws IOException {
        return JSON.readTree(parser.toJson(trained.spec()));
    }

    @Override
    public void close() {
        feed.close();
    }
}
