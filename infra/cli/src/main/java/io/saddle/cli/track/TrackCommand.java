package io.saddle.cli.track;

import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a run's curves for TensorBoard or MLflow. */
@Command(
        name = "track",
        description = {
            "Writes a run's curves, from its first step on, as TensorBoard event files or to an MLflow server, and follows the run"
                    + " until it is over and its finished model is judged. Started again it goes on behind the last step"
                    + " that was written. Ending it leaves the run alone. Exit code 0 however the run ended.",
            "",
            "For MLflow, MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, are used where set."
        },
        footer = {
            "  ./saddle track my-run --tensorboard logs   then: tensorboard --logdir logs",
            "  ./saddle track my-run --mlflow http://127.0.0.1:5000",
            "  ./saddle track my-run --mlflow http://127.0.0.1:5000 --experiment e --once"
        })
public final class TrackCommand extends KafkaCommand {

    /** One of the two. */
    private static final class Target {
        @Option(
                names = "--tensorboard",
                paramLabel = "FOLDER",
                description = "Event files under FOLDER/RUN; the folder is made if it is not there.")
        private Path tensorBoard;

        @ArgGroup(exclusive = false, multiplicity = "1")
        private Mlflow mlflow;
    }

    /** A server and a place there. */
    private static final class Mlflow {
        @Option(
                names = "--mlflow",
                required = true,
                paramLabel = "URL",
                description =
                        "A run of this MLflow tracking server, found again by its tag saddle.run and its start time.")
        private String url;

        @Option(
                names = "--experiment",
                paramLabel = "NAME",
                defaultValue = "saddle",
                description = "MLflow's experiment, made if it is not there (default: ${DEFAULT-VALUE}).")
        private String experiment;
    }

    @Parameters(paramLabel = "RUN", description = "The run.")
    private String runId;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Target target;

    @Option(names = "--once", description = "Writes what is there and ends.")
    private boolean once;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) {
        kafka.requireRegistry();
        requireTopics(List.of(Topics.RUNS.name()));
        Tracking.run(kafka.connection(), runId, this::tracker, once, this::say);
        return ExitCode.OK;
    }

    private Tracker tracker(TrainingRun run) {
        return target.mlflow == null
                ? TensorBoardTracker.open(target.tensorBoard, run)
                : MlflowTracker.open(target.mlflow.url, System.getenv(), target.mlflow.experiment, run, this::say);
    }
}
