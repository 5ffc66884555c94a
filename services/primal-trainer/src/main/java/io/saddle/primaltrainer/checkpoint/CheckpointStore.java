package io.saddle.primaltrainer.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.FileDigest;
import io.saddle.diffusion.files.Sha256;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.training.ModelState;
import io.saddle.kafka.Fault;
import io.saddle.model.StepFolder;
import io.saddle.model.StoredCheckpoints;
import io.saddle.model.training.StateFiles;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A run's checkpoints, folders {@code checkpoints/step-NNNNNNNNNN-owner-NNNNNNNNNNNN} of {@code state.safetensors} and
 * {@code manifest.json}: durable before they are relied on, and the newest intact one is taken. Format 1, without random
 * position, multipliers and offsets, is read as well. A precision that was chosen and the dual points of PIPELINED are part of
 * format 2: builds that do not know them cannot read the specification either.
 */
public final class CheckpointStore {

    private static final int FORMAT = 2;
    /** A digit of a multiplier may change on a disk, too. Checkpoints of builds before have none, and those builds pass it over. */
    private static final String MANIFEST_SHA256 = "manifest.sha256";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The JSON beside the tensors. */
    record Manifest(
            int format,
            String runId,
            long step,
            long dualStep,
            String sha256,
            Map<String, LossWindow> windows,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DualPoint> dualPoints,
            Map<String, Checkpoint.AppliedMultiplier> multipliers,
            Map<String, Long> inputOffsets,
            Checkpoint.RandomPosition random,
            @JsonInclude(JsonInclude.Include.NON_NULL) Precision precision,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long stepsBefore) {}

    private final StepFolders folders;
    /** Later ones are not looked at. */
    private final long lastStep;

    /**
     * @param owner token of the trainer that writes, see {@code RunClaim}
     * @param keep how many of the newest outlive a pruning
     */
    public CheckpointStore(ArtifactStore artifacts, String runId, long owner, int keep) {
        this(new StepFolders(artifacts, runId, StoredCheckpoints.GROUP, owner, keep), Long.MAX_VALUE);
    }

    private CheckpointStore(StepFolders folders, long lastStep) {
        this.folders = folders;
        this.lastStep = lastStep;
    }

    /** The same ones without those of later steps, for a run that goes back; of them {@link #newest} never finds none. */
    public CheckpointStore upTo(long step) {
        return new CheckpointStore(folders, step);
    }

    /** The highest token of those that have written checkpoints of the run; 0 if there are none. */
    public static long highestOwner(ArtifactStore artifacts, String runId) throws IOException {
        return new StepFolders(artifacts, runId, StoredCheckpoints.GROUP, 0, 1).highestOwner();
    }

    /** Those of another run in the same store, to be read. */
    CheckpointStore ofRun(String runId) {
        return new CheckpointStore(folders.artifacts(), runId, 0, 1);
    }

    /** Writes a checkpoint, durably; it may be announced then. */
    public Artifact write(Checkpoint checkpoint) throws IOException {
        ModelState state = checkpoint.state();
        return folders.artifacts()
                .putFolder(
                        folders.runId(),
                        folders.name(state.step()),
                        folder -> {
                            Path file = folder.resolve(StoredCheckpoints.STATE);
                            StateFiles.write(file, state);
                            Manifest manifest =
                                    manifest(checkpoint, FileDigest.of(file).sha256());
                            byte[] content = JSON.writeValueAsBytes(manifest);
                            Files.write(folder.resolve(StoredCheckpoints.MANIFEST), content);
                            Files.writeString(folder.resolve(MANIFEST_SHA256), Sha256.of(content));
                            ReadPositionFile.write(folder, checkpoint.read());
                            ProbesFile.write(folder, checkpoint.dualPoints());
                        },
                        StoredCheckpoints.STATE);
    }

    private Manifest manifest(Checkpoint checkpoint, String sha256) {
        return new Manifest(
                FORMAT,
                folders.runId(),
                checkpoint.state().step(),
                checkpoint.dualStep(),
                sha256,
                checkpoint.windows(),
                checkpoint.dualPoints(),
                checkpoint.multipliers(),
                checkpoint.read().offsets(),
                checkpoint.random(),
                checkpoint.precision(),
                checkpoint.state().stepsBefore());
    }

    /**
     * Removes all but the newest; only after a newer one was announced, see {@link StepFolders#prune}.
     *
     * @param needed steps whose checkpoints stay besides
     */
    public void prune(Set<Long> needed) throws IOException {
        folders.prune(Long.MAX_VALUE, List.of(), needed);
    }

    /**
     * The newest checkpoint that is intact.
     *
     * @param damaged told of each one that had to be skipped: its name and what was wrong
     * @return empty if the run has none
     * @throws IOException if there are some and none can be read: a run is never begun anew for that; or if the store or this
     *     machine hinders it, which says nothing against the newest
     */
    public Optional<Checkpoint> newest(BiConsumer<String, String> damaged) throws IOException {
        return newest(damaged, this::read);
    }

    /** The average in the {@linkplain #newest newest} one: a quarter of what all of it takes. */
    public Optional<KeptAverage> newestAverage(BiConsumer<String, String> damaged) throws IOException {
        return newest(damaged, this::average);
    }

    /**
     * The state in the checkpoint of a step, for a run that goes on from it under another name.
     *
     * @param sha256 of its file, when that run was submitted
     * @throws IOException if it is not there any more, or is another one
     */
    public ModelState stateAt(long step, String sha256) throws IOException {
        Exception damaged = null;
        for (StepFolder folder : folders.newestFirst()) {
            if (folder.step() == step) {
                try {
                    Opened opened = open(folder.in(StoredCheckpoints.GROUP));
                    if (opened.manifest().sha256().equals(sha256)) {
                        return state(opened);
                    }
                } catch (IOException | IllegalArgumentException e) {
                    requireDamage(e);
                    // Another trainer that took the run up may have written the same step.
                    damaged = e;
                }
            }
        }
        throw new IOException(
                "the checkpoint of step " + step + " of run '" + folders.runId() + "' that it goes on from "
                        + (damaged == null ? "is not there any more" : "cannot be read: " + damaged.getMessage())
                        + "; without optimizer: keep the model alone is enough",
                damaged);
    }

    /** Whether one of them is intact, as far as it can be told now. */
    public boolean isOneIntact() {
        try {
            return newest((name, wrong) -> {}, this::open).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private interface Reading<T> {
        T read(String name) throws IOException;
    }

    private <T> Optional<T> newest(BiConsumer<String, String> damaged, Reading<T> reading) throws IOException {
        List<StepFolder> found = folders.newestFirst().stream()
                .filter(folder -> folder.step() <= lastStep)
                .toList();
        Exception last = null;
        for (StepFolder folder : found) {
            String name = folder.in(StoredCheckpoints.GROUP);
            try {
                return Optional.of(read(name, reading));
            } catch (IOException | IllegalArgumentException e) {
                requireDamage(e);
                damaged.accept(name, e.getMessage());
                last = e;
            }
        }
        if (!found.isEmpty() || lastStep < Long.MAX_VALUE) {
            throw new IOException(
                    "none of the checkpoints " + found + " of run '" + folders.runId() + "' can be read"
                            + (last == null ? "" : "; of the last that was tried: " + last.getMessage()),
                    last);
        }
        return Optional.empty();
    }

    /**
     * What says nothing against a checkpoint goes on to the caller: no older one is taken because the network was away, or no more files
     * could be opened.
     */
    private static void requireDamage(Exception failure) throws IOException {
        if (failure instanceof InterruptedIOException interrupted) {
            throw interrupted;
        }
        if (Fault.of(failure) == Fault.ENVIRONMENT) {
            throw failure instanceof IOException e ? e : new IOException(failure.getMessage(), failure);
        }
    }

    /** A local copy may be cleared away between the fetch and the look into it; it is fetched again then. */
    private static <T> T read(String name, Reading<T> reading) throws IOException {
        try {
            return reading.read(name);
        } catch (NoSuchFileException e) {
            return reading.read(name);
        }
    }

    private KeptAverage average(String name) throws IOException {
        Opened opened = open(name);
        return new KeptAverage(
                StateFiles.average(opened.file()),
                opened.manifest().step(),
                opened.manifest().dualStep());
    }

    private Checkpoint read(String name) throws IOException {
        Opened opened = open(name);
        Manifest manifest = opened.manifest();
        Path folder = opened.file().getParent();
        ReadPosition read =
                ReadPositionFile.read(folder, Objects.requireNonNullElse(manifest.inputOffsets(), Map.of()));
        return new Checkpoint(
                state(opened),
                manifest.dualStep(),
                manifest.windows(),
                ProbesFile.read(folder, Objects.requireNonNullElse(manifest.dualPoints(), List.of())),
                Objects.requireNonNullElse(manifest.multipliers(), Map.of()),
                read,
                manifest.random(),
                manifest.precision());
    }

    private static Manifest manifest(Path folder) throws IOException {
        Path file = folder.resolve(StoredCheckpoints.MANIFEST);
        byte[] content = Files.readAllBytes(file);
        Path digest = folder.resolve(MANIFEST_SHA256);
        if (DurableFiles.look(digest).isPresent()) {
            String expected = Files.readString(digest);
            if (!expected.equals(Sha256.of(content))) {
                throw new IOException(file + ": sha256 is " + Sha256.of(content) + ", it was " + expected);
            }
        }
        return JSON.readValue(content, Manifest.class);
    }

    private record Opened(Path file, Manifest manifest) {}

    private static ModelState state(Opened opened) throws IOException {
        return StateFiles.state(
                opened.file(), opened.manifest().step(), opened.manifest().stepsBefore());
    }

    private Opened open(String name) throws IOException {
        Artifact artifact = folders.artifacts()
                .find(folders.runId(), name, StoredCheckpoints.STATE)
                .orElseThrow(() -> new IOException(name + " holds no " + StoredCheckpoints.STATE));
        Path folder = folders.artifacts().open(artifact);
        Manifest manifest = manifest(folder);
        if (manifest.format() < 1 || manifest.format() > FORMAT) {
            throw new IOException(
                    folder + ": checkpoint format " + manifest.format() + ", this build reads 1 to " + FORMAT);
        }
        Path file = folder.resolve(StoredCheckpoints.STATE);
        String sha256 = FileDigest.of(file).sha256();
        if (!sha256.equals(manifest.sha256())) {
            throw new IOException(file + ": sha256 is " + sha256 + ", the manifest says " + manifest.sha256());
        }
        return new Opened(file, manifest);
    }
}
