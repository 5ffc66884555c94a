package io.saddle.cli.model;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.ConsoleOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.files.DiffusersZip;
import io.saddle.model.StoredSnapshots;
import io.saddle.model.StoredSnapshots.Snapshot;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.model.data.NoSuchDataSetException;
import io.saddle.stack.TemporaryFolder;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The choice of one of a run's models: in the local stack's artifact store, or of a console elsewhere. */
final class ModelChoice {

    @Option(
            names = "--best",
            description =
                    "Not the newest but the best judged one: least violation in whole percent, then least Frechet distance; asks"
                            + " the console.")
    private boolean best;

    @Option(
            names = "--step",
            paramLabel = "N",
            description = "Not the newest but the one of so many primal steps, as long as it is kept.")
    private Long step;

    @Mixin
    private ConsoleOptions console;

    /**
     * A model, and what it is called.
     *
     * @param autoencoder what decodes the latents that it makes, if it does
     * @param fetched a folder that is deleted with it; null if there is none
     */
    record Chosen(DiffusersPipelineFolder model, String name, Decoding autoencoder, Closeable fetched)
            implements Closeable {

        /**
         * The folder of what decodes latents.
         *
         * @param named in its place; null: none is
         * @return null for a model that makes images
         */
        Path decoding(Path named) throws IOException {
            return named != null || model.latents() == null ? named : autoencoder.folder();
        }

        @Override
        public void close() throws IOException {
            model.close();
            if (fetched != null) {
                fetched.close();
            }
        }
    }

    /** The folder of what decodes latents, found when it is asked for: whoever has another one does not need it. */
    @FunctionalInterface
    interface Decoding {
        Path folder() throws IOException;
    }

    /**
     * Reads it; where {@code --console} names one, from that console and nowhere else. The caller closes it.
     *
     * @param named what is to decode its latents; null: what they were made with
     * @throws CommandException if there is none, or the console does not answer
     */
    Chosen read(String runId, Path named) throws IOException {
        if (best && step != null) {
            throw new CommandException(ExitCode.USAGE, "--best and --step choose a model each: name one of them");
        }
        return console.isElsewhere() ? fetched(runId, named == null) : stored(runId);
    }

    private Chosen fetched(String runId, boolean withAutoencoder) throws IOException {
        String model = best ? "best" : step == null ? "newest" : step.toString();
        TemporaryFolder temporary = TemporaryFolder.create("saddle-model");
        Path folder = temporary.path();
        try (InputStream zip = console.client().model(runId, model, withAutoencoder)) {
            DiffusersZip.unpack(zip, folder);
            Path autoencoder = folder.resolve(DiffusersPipelineFolder.AUTOENCODER);
            return new Chosen(
                    DiffusersPipelineFolder.read(folder),
                    "the " + (step == null ? model + " model" : "model of step " + step),
                    () -> autoencoder,
                    temporary);
        } catch (IOException | RuntimeException e) {
            temporary.close();
            throw e;
        }
    }

    private Chosen stored(String runId) throws IOException {
        ArtifactStore store = ArtifactStores.open(console.stackSettings().artifacts());
        StoredSnapshots snapshots = new StoredSnapshots(store, runId);
        Snapshot newest = snapshots
                .newest()
                .orElseThrow(() -> new CommandException(
                        ExitCode.INVALID_INPUT,
                        "run '" + runId
                                + "' has no model in the store: the first comes after evaluation.every steps, and deleted"
                                + " runs have none any more; './saddle run show " + runId + "' says which it is"));
        Path folder = snapshots.open(best ? best(runId, snapshots) : step == null ? newest : at(runId, snapshots));
        DiffusersPipelineFolder model = DiffusersPipelineFolder.read(folder);
        return new Chosen(model, folder.getFileName().toString(), () -> autoencoder(store, model), null);
    }

    private Snapshot best(String runId, StoredSnapshots snapshots) throws IOException {
        return snapshots
                .best(console.client().judgedSteps(runId))
                .orElseThrow(() -> new CommandException(
                        ExitCode.INVALID_INPUT,
                        "no model of run '" + runId
                                + "' is judged yet: that happens every evaluation.every steps and at the end;"
                                + " without --best the newest is taken"));
    }

    private Snapshot at(String runId, StoredSnapshots snapshots) {
        return snapshots
                .at(step)
                .orElseThrow(() -> new CommandException(
                        ExitCode.INVALID_INPUT,
                        "run '" + runId + "' has no model of step " + step + " any more or yet; there are those of "
                                + snapshots.steps()));
    }

    private static Path autoencoder(ArtifactStore store, DiffusersPipelineFolder model) throws IOException {
        try {
            return new ImageSets(store, DataRoots.ANYWHERE).autoencoder(model.latents());
        } catch (NoSuchDataSetException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "what decodes this model's latents lay in " + model.latents() + ", and " + e.getMessage()
                            + "; name a copy of that autoencoder with --autoencoder");
        }
    }
}
