package io.saddle.cli.track;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.pause.DoublingWait;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A run of an MLflow server. Once begun, a server that is away is waited for; before another try it is asked how far the last one
 * got, since an answer that was lost may have been a yes.
 */
public final class MlflowTracker implements Tracker {

    private static final DoublingWait PAUSES = new DoublingWait(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private interface Request {
        void send() throws IOException, MlflowException;
    }

    private final MlflowServer server;
    private final MlflowRun run;
    private final DoublingWait pauses;
    private final Consumer<String> notices;
    private Written written;
    private int paused;

    private MlflowTracker(
            MlflowServer server, MlflowRun run, Written written, DoublingWait pauses, Consumer<String> notices) {
        this.server = server;
        this.run = run;
        this.written = written;
        this.pauses = pauses;
        this.notices = notices;
    }

    /**
     * Finds or makes the run, and logs the specification as parameters where they are not there.
     *
     * @param environment where credentials are taken from: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or else
     *     MLFLOW_TRACKING_TOKEN
     * @param notices told when the server is away
     * @throws CommandException if the server does not answer or refuses
     */
    public static MlflowTracker open(
            String url, Map<String, String> environment, String experiment, TrainingRun run, Consumer<String> notices) {
        return open(new MlflowServer(url, environment), experiment, run, PAUSES, notices);
    }

    /** @param pauses before the next try of a request */
    static MlflowTracker open(
            MlflowServer server, String experiment, TrainingRun run, DoublingWait pauses, Consumer<String> notices) {
        try {
            MlflowRun there = MlflowRun.open(server, experiment, run);
            there.logParams(SpecParams.of(run.getSpec()));
            return new MlflowTracker(server, there, there.written(), pauses, notices);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "MLflow does not answer at " + server.url() + " (" + reason(e)
                            + "): start it, or name another with --mlflow");
        } catch (MlflowException e) {
            throw refused(server, e);
        }
    }

    @Override
    public int write(List<Scalar> scalars) {
        List<Scalar> fitting = scalars.stream()
                .map(scalar -> new Scalar(MlflowNames.fitting(scalar.tag()), scalar.at(), scalar.value()))
                .toList();
        int count = 0;
        for (List<Scalar> rest = written.missing(fitting); !rest.isEmpty(); rest = written.missing(fitting)) {
            List<Scalar> batch = rest.subList(0, Math.min(rest.size(), MlflowRun.METRICS_AT_ONCE));
            if (tried(() -> run.logMetrics(batch))) {
                paused = 0;
                written.addAll(batch);
            } else {
                untilDone(() -> written = run.written());
            }
            count += batch.size() - written.missing(batch).size();
        }
        return count;
    }

    @Override
    public void end(RunStatus status) {
        String mlflow =
                switch (status.getPhase()) {
                    case COMPLETED -> "FINISHED";
                    case STOPPED -> "KILLED";
                    default -> "FAILED";
                };
        untilDone(() ->
                run.end(status.getPhase().name(), mlflow, status.getUpdatedAt().toEpochMilli()));
    }

    private void untilDone(Request request) {
        while (!tried(request)) {
            // Each failed try has paused.
        }
    }

    /** @return false if the server is away: that has been told, and a pause made */
    private boolean tried(Request request) {
        try {
            request.send();
            return true;
        } catch (IOException e) {
            pause("MLflow does not answer at " + server.url() + " (" + reason(e) + ")");
        } catch (MlflowException e) {
            if (!e.mayPass()) {
                throw refused(server, e);
            }
            pause("MLflow at " + server.url() + ": " + e.getMessage());
        }
        return false;
    }

    private void pause(String why) {
        Duration pause = pauses.after(paused++);
        notices.accept(why + ": trying again in " + Math.max(1, pause.toSeconds()) + " s");
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }

    private static CommandException refused(MlflowServer server, MlflowException e) {
        String remedy = e.isRefusal()
                ? "; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
                : "";
        return new CommandException(ExitCode.FAILED, "MLflow at " + server.url() + ": " + e.getMessage() + remedy);
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public String place() {
        return run.page();
    }

    @Override
    public void close() {}
}
