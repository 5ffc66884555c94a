package io.saddle.primaltrainer.slot;

import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.training.SlotState;
import io.saddle.kafka.Fault;
import io.saddle.model.training.StateFiles;
import io.saddle.schema.Artifact;
import io.saddle.schema.SlotTask;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The states of a run's slots, folders such as {@code slots/step-0000000020-slot-03-1f0c9a7e} of {@code slot.safetensors}: the step before the
 * round, the slot, and what tells two trainers of one slot apart, neither of whom writes over the other's.
 */
final class SlotStore {

    private static final String GROUP = "slots/";
    private static final String STATE = "slot.safetensors";
    private static final Pattern NAME = Pattern.compile("slots/step-(\\d{10,18})-slot-.*");

    private final ArtifactStore artifacts;
    private final String runId;

    SlotStore(ArtifactStore artifacts, String runId) {
        this.artifacts = artifacts;
        this.runId = runId;
    }

    /** Writes a state, durably; it may be announced then. */
    Artifact write(SlotTask task, SlotState state) throws IOException {
        String name = "%sstep-%010d-slot-%02d-%s"
                .formatted(
                        GROUP,
                        task.getStep(),
                        task.getSlot(),
                        UUID.randomUUID().toString().substring(0, 8));
        return artifacts.putFolder(runId, name, folder -> StateFiles.write(folder.resolve(STATE), state), STATE);
    }

    /**
     * Reads a state, whose size and digest have to be those announced; the caller closes it.
     *
     * @throws IOException if it is not there, or damaged
     */
    SlotState read(Artifact announced) throws IOException {
        return StateFiles.slot(artifacts.verifiedFile(announced, STATE));
    }

    /**
     * True if a state is there, as it was announced.
     *
     * @throws IOException if the store cannot say: it may be there
     */
    boolean has(Artifact announced) throws IOException {
        try {
            artifacts.verifiedFile(announced, STATE);
            return true;
        } catch (IOException e) {
            if (Fault.of(e) == Fault.ENVIRONMENT) {
                throw e;
            }
            return false;
        }
    }

    /** Deletes the states of the rounds that began before a step. */
    void prune(long step) throws IOException {
        for (String name : artifacts.list(runId, GROUP)) {
            Matcher parts = NAME.matcher(name);
            if (parts.matches() && Long.parseLong(parts.group(1)) < step) {
                artifacts.delete(runId, name);
            }
        }
    }
}
