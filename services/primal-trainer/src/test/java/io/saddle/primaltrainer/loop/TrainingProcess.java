package io.saddle.primaltrainer.loop;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.training.TrainedSources;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.checkpoint.CheckpointTrouble;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.primaltrainer.checkpoint.RunStart;
import io.saddle.primaltrainer.descent.Descent;
import io.saddle.primaltrainer.descent.LocalDescent;
import io.saddle.primaltrainer.journal.DirectJournal;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.journal.StatusLine;
import io.saddle.primaltrainer.journal.TrainerRecords;
import io.saddle.primaltrainer.multipliers.EstimateLog;
import io.saddle.primaltrainer.multipliers.MultiplierLog;
import io.saddle.primaltrainer.multipliers.MultiplierTraces;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.primaltrainer.multipliers.Vectors;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.service.AlertLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * A trainer without Kafka, as a program: takes a run up at its newest checkpoint, trains with multipliers that stand on the
 * log already, and leaves it with a checkpoint. Arguments of each such training, one after the other: artifact folder,
 * specification, the step to hand over at, the precision that this machine would choose.
 */
final class TrainingProcess {

    private static final int WORKERS = 2;
    private static final int ARGUMENTS = 4;

    private TrainingProcess() {}

    public static void main(String[] arguments) throws Exception {
        for (int i = 0; i < arguments.length; i += ARGUMENTS) {
            train(
                    new FileArtifactStore(Path.of(arguments[i])),
                    new RunSpecParser().parse("run.yaml", Files.readString(Path.of(arguments[i + 1]))),
                    Long.parseLong(arguments[i + 2]),
                    Precision.valueOf(arguments[i + 3]));
        }
    }

    private static void train(ArtifactStore artifacts, RunSpec spec, long until, Precision fastest) throws Exception {
        RunTables tables = new RunTables();
        Submission submission = new Submissions(new RunSpecParser(), Clock.systemUTC()).submission(spec, "test");
        submission.constraints().forEach(tables::put);
        tables.put(submission.run());
        RunModel model = RunModel.of(spec);
        Checkpoint start = RunStart.of(
                spec,
                model,
                DiffusersModels.anywhere(),
                checkpoints(artifacts),
                null,
                new CheckpointTrouble() {
                    @Override
                    public void damaged(String name, String wrong) {
                        throw new IllegalStateException(name + ": " + wrong);
                    }

                    @Override
                    public void missing(KeptCheckpoint onRecord, long step) {
                        throw new IllegalStateException("none is on record");
                    }
                },
                () -> fastest);
        Precision precision = RunModel.precision(spec, start.precision(), start::precision);
        RunConstraints constraints =
                new RunConstraints("r", tables, start.state().step());
        RunOutput output = new RunOutput(
                spec,
                model,
                new StatusLine(
                        new TrainerRecords(
                                "r",
                                "worker",
                                "build",
                                2,
                                Clock.systemUTC(),
                                new AlertLog("primal-trainer", Clock.systemUTC())),
                        null),
                new DirectJournal(),
                artifacts,
                CheckpointStore.highestOwner(artifacts, "r") + 1,
                () -> true,
                NeededSteps.NONE);
        try (TrainedSources sources = new TrainedSources(spec, model, new SelectedData(), DiffusersModels.anywhere());
                Descent training =
                        new LocalDescent(model.trainingSettings(spec, precision, WORKERS), sources, start.state())) {
            RunControl control = () -> training.step() == until ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON;
            new PrimalLoop(spec, model, training, sources, constraints, inputs(spec), output, control, System::nanoTime)
                    .run(start, StepsBefore.NONE);
        }
    }

    static CheckpointStore checkpoints(ArtifactStore artifacts) {
        return new CheckpointStore(artifacts, "r", 0, 9);
    }

    private static RunInputs inputs(RunSpec spec) {
        MultiplierLog log = new MultiplierLog(MultiplierVector.initial(spec));
        long primalSteps = spec.dual().primalSteps();
        for (long dualStep = 1; dualStep * primalSteps <= spec.training().steps(); dualStep++) {
            double grown = 0.13 * dualStep;
            log.add(Vectors.update(dualStep, dualStep * primalSteps, Map.of("a", grown, "b", 1 / (1 + grown))), 0);
        }
        return new RunInputs(log, new EstimateLog(), new MultiplierTraces(0), () -> ReadPosition.NEW, Optional::empty);
    }
}
