package io.saddle.primaltrainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.FileDigest;
import io.saddle.diffusion.files.TensorFile;
import io.saddle.diffusion.training.ModelState;
import io.saddle.schema.Artifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Keeps a run's checkpoints as folders {@code checkpoints/step-NNNNNNNNNN} of {@code state.safetensors} and
 * {@code manifest.json}: durable before they are relied on, the newest intact one is taken, older ones are pruned.
 */
final class CheckpointStore {

    private static final String STATE = "state.safetensors";
    private static final String MANIFEST = "manifest.json";
    private static final String PREFIX = "checkpoints/";
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What stands beside the tensors. */
    record Manifest(
            int format, String runId, long step, long dualStep, String sha256, Map<String, LossWindow> windows) {}

    private final ArtifactStore artifacts;
    private final String runId;
    private final int keep;

    CheckpointStore(ArtifactStore artifacts, String runId, int keep) {
        this.artifacts = artifacts;
        this.runId = runId;
        this.keep = keep;
    }

    /**
     * Writes a checkpoint, durably, then removes all but the newest {@code keep}. Those of later steps go as well: the run
     * stands at an earlier one because they were damaged, and they would count as the newest.
     */
    void write(Checkpoint checkpoint) throws IOException {
        ModelState state = checkpoint.state();
        String written = PREFIX + "step-%010d".formatted(state.step());
        artifacts.putFolder(
                runId,
                written,
                folder -> {
                    Path file = folder.resolve(STATE);
                    tensors(state).write(file);
                    Manifest manifest = new Manifest(
                            FORMAT,
                            runId,
                            state.step(),
                            checkpoint.dualStep(),
                            FileDigest.of(file).sha256(),
                            checkpoint.windows());
                    Files.write(folder.resolve(MANIFEST), JSON.writeValueAsBytes(manifest));
                },
                STATE);
        int kept = 0;
        for (String name : newestFirst()) {
            if (name.compareTo(written) > 0 || ++kept > keep) {
                artifacts.delete(runId, name);
            }
        }
    }

    /**
     * The newest checkpoint that is intact.
     *
     * @param damaged told of each one that had to be skipped: its name and what was wrong
     * @return empty if the run has none
     * @throws IOException if there are some and none can be read: a run is never begun anew for that
     */
    Optional<Checkpoint> newest(BiConsumer<String, String> damaged) throws IOException {
        List<String> names = newestFirst();
        for (String name : names) {
            try {
                return Optional.of(read(name));
            } catch (IOException | IllegalArgumentException e) {
                damaged.accept(name, e.getMessage());
            }
        }
        if (!names.isEmpty()) {
            throw new IOException("none of the checkpoints " + names + " of run '" + runId + "' can be read");
        }
        return Optional.empty();
    }

    private Checkpoint read(String name) throws IOException {
        Artifact artifact =
                artifacts.find(runId, name, STATE).orElseThrow(() -> new IOException(name + " holds no " + STATE));
        Path folder = artifacts.open(artifact);
        Manifest manifest = JSON.readValue(folder.resolve(MANIFEST).toFile(), Manifest.class);
        if (manifest.format() != FORMAT) {
            throw new IOException(folder + ": checkpoint format " + manifest.format() + ", this build reads " + FORMAT);
        }
        Path file = folder.resolve(STATE);
        if (!artifact.getSha256().equals(manifest.sha256())) {
            throw new IOException(
                    file + ": sha256 is " + artifact.getSha256() + ", the manifest says " + manifest.sha256());
        }
        TensorFile tensors = TensorFile.read(file);
        ModelState state = new ModelState(
                tensors.get("weights").toFloats(),
                tensors.get("adam_mean").toFloats(),
                tensors.get("adam_variance").toFloats(),
                tensors.get("ema").toFloats(),
                manifest.step());
        return new Checkpoint(state, manifest.dualStep(), manifest.windows());
    }

    private static TensorFile tensors(ModelState state) {
        Map<String, TensorFile.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("weights", vector(state.weights()));
        tensors.put("adam_mean", vector(state.adamMean()));
        tensors.put("adam_variance", vector(state.adamVariance()));
        tensors.put("ema", vector(state.ema()));
        return new TensorFile(tensors, Map.of("format", "saddle-checkpoint"));
    }

    private static TensorFile.Tensor vector(float[] values) {
        return TensorFile.Tensor.floats(new long[] {values.length}, values);
    }

    private List<String> newestFirst() throws IOException {
        List<String> names = new ArrayList<>(artifacts.list(runId, PREFIX));
        names.sort(Comparator.reverseOrder());
        return names;
    }
}
