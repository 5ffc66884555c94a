package io.saddle.cli.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Event files for TensorBoard, in a folder named after the run; the text {@value #SPEC} stands in it at the time at which the run was
 * submitted, by which the runs of two clusters that have one name are told apart. Each process writes a file of its own behind those
 * that are there, from its first point on; a record torn by a kill stays at the end of its file, where TensorBoard passes over it, and
 * is written again in the next.
 */
public final class TensorBoardTracker implements Tracker {

    private static final String SPEC = "spec";
    private static final String LOCK = ".saddle-track.lock";

    private final Path folder;
    private final FileChannel lock;
    private final Written written;
    private FileChannel file;

    private TensorBoardTracker(Path folder, FileChannel lock, Written written) {
        this.folder = folder;
        this.lock = lock;
        this.written = written;
    }

    /**
     * Reads what is there, and writes the run's specification as a text if it is not.
     *
     * @param logs where TensorBoard is pointed to; the run's folder is made in it
     * @throws CommandException if the folder cannot be written, another process writes there, or it holds another run of this name
     */
    public static TensorBoardTracker open(Path logs, TrainingRun run) {
        Path folder = logs.resolve(run.getRunId());
        try {
            Files.createDirectories(folder);
            FileChannel lock = lock(folder);
            Written written = EventFiles.read(folder);
            ReadPosition submitted = new ReadPosition(0, run.getSubmittedAt().toEpochMilli());
            Optional<ReadPosition> known = written.newest(SPEC);
            if (known.isPresent() && !known.get().equals(submitted)) {
                lock.close();
                throw holdsAnother(folder, known.get(), run);
            }
            TensorBoardTracker tracker = new TensorBoardTracker(folder, lock, written);
            if (known.isEmpty()) {
                tracker.writeSpec(submitted, run.getSpec());
            }
            return tracker;
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.INVALID_INPUT,
                    "--tensorboard: " + folder + " cannot be used: " + reason(e)
                            + "; name a folder that can be written");
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lock.tryLock() != null) {
                return lock;
            }
        } catch (OverlappingFileLockException heldInThisJvm) {
            // As if another process held it.
        }
        lock.close();
        throw new CommandException(
                ExitCode.FAILED, "--tensorboard: another './saddle track' writes to " + folder + "; one is enough");
    }

    private static CommandException holdsAnother(Path folder, ReadPosition known, TrainingRun run) {
        return new CommandException(
                ExitCode.INVALID_INPUT,
                "--tensorboard: " + folder + " holds another run of this name, submitted at "
                        + Instant.ofEpochMilli(known.millis()) + " and not at " + run.getSubmittedAt()
                        + "; choose another folder, or move that one away");
    }

    private void writeSpec(ReadPosition at, String spec) throws IOException {
        append(TfRecords.frame(Events.text(at, SPEC, indented(spec))));
        written.add(SPEC, at);
    }

    /** Markdown shows as it is what is indented by four spaces. */
    private static String indented(String json) {
        String text = json;
        try {
            text = new ObjectMapper().readTree(json).toPrettyString();
        } catch (JsonProcessingException e) {
            // Shown as it came.
        }
        return text.indent(4);
    }

    @Override
    public int write(List<Scalar> scalars) {
        List<Scalar> missing = written.missing(scalars);
        if (missing.isEmpty()) {
            return 0;
        }
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        int from = 0;
        for (int to = 1; to <= missing.size(); to++) {
            ReadPosition at = missing.get(from).at();
            if (to == missing.size() || !missing.get(to).at().equals(at)) {
                frames.writeBytes(TfRecords.frame(Events.scalars(at, missing.subList(from, to))));
                from = to;
            }
        }
        try {
            append(frames.toByteArray());
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.FAILED,
                    folder + ": " + reason(e) + "; started again when that has passed, it goes on from here");
        }
        written.addAll(missing);
        return missing.size();
    }

    private void append(byte[] frames) throws IOException {
        if (file == null) {
            long now = System.currentTimeMillis();
            file = FileChannel.open(
                    EventFiles.next(folder, now / 1000), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            append(TfRecords.frame(Events.fileVersion(now)));
        }
        ByteBuffer rest = ByteBuffer.wrap(frames);
        while (rest.hasRemaining()) {
            file.write(rest);
        }
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException && e.getMessage() != null
                ? e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage()
                : String.valueOf(e.getMessage());
    }

    /** Event files do not say how a run ended. */
    @Override
    public void end(RunStatus status) {}

    @Override
    public String place() {
        return folder.toString();
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.force(true);
                file.close();
            }
            lock.close();
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, folder + ": " + reason(e));
        }
    }
}
