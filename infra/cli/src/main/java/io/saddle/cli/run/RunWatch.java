package io.saddle.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.PatientAsker;
import io.saddle.cli.connection.ServerSentEvents;
import io.saddle.cli.connection.Waiting;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.Progress;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.stream.Stream;

/** Follows one run by the console's events until it is over; a stream that breaks off is taken up again. */
final class RunWatch {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Of events; a run that is paused, or waits for a trainer, has none either. */
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final ConsoleClient console;
    private final String runId;
    private final PrintWriter out;
    private final Waiting time;
    private final PatientAsker asker;
    private final RunAlerts alerts;
    private Progress progress;
    private RunState state;
    /** What the console has told last, which may be more than what the run's trainer has said. */
    private RunState told;

    private boolean hasTrainerSpoken;
    private long scoredStep = -1;

    /** @param patience how long the console may be away before the watch gives up */
    RunWatch(ConsoleClient console, String runId, PrintWriter out, Duration patience, Waiting time) {
        this.console = console;
        this.runId = runId;
        this.out = out;
        this.time = time;
        this.asker = new PatientAsker(patience, time);
        this.alerts = new RunAlerts(() -> console.timeline(runId), this::note);
    }

    /** @return 0 for COMPLETED, 1 for FAILED, 5 for STOPPED */
    int follow() {
        refresh();
        boolean wasOver = state.exitCode().isPresent();
        if (!wasOver) {
            alerts.look();
        }
        while (state.exitCode().isEmpty()) {
            try (Stream<String> events = console.events(runId, SILENCE)) {
                asker.heard();
                alerts.streamOpened();
                ServerSentEvents.read(events, this::take);
                asker.heard();
            } catch (UncheckedIOException brokenOff) {
                asker.heard();
            } catch (CommandException e) {
                asker.bear(e);
            }
            if (state.exitCode().isEmpty()) {
                time.pause(LOOK_AGAIN);
                refresh();
            }
        }
        if (!wasOver) {
            // Of a run that has ended no stream is opened any more.
            alerts.look();
        }
        awaitScore(!wasOver);
        finish();
        return state.exitCode().getAsInt();
    }

    private void awaitScore(boolean hasJustEnded) {
        ScoreWait wait = new ScoreWait(state, this::run, this::note, time);
        JsonNode run = wait.await(hasJustEnded);
        RunState last = RunState.of(run);
        if (last.exitCode().isPresent()) {
            // Its message may say by now why the finished model is not judged.
            state = last;
        }
        if (run.path("score").isObject()) {
            score(run.path("score"));
        }
        if (wait.isAwaited(run)) {
            note("no score of it has come: './saddle dlq list' and the log of the fid-evaluator say why");
        }
    }

    /** The run as the console knows it, also if that is away for a while. */
    private JsonNode run() {
        return asker.answer(() -> console.run(runId));
    }

    private void refresh() {
        toldByConsole(RunState.of(run()));
    }

    /** Asks the console where nobody else says how it goes on: it knows of a trainer that has died, and of the places of those that wait. */
    private void look() {
        if (!hasTrainerSpoken) {
            ask(state);
        }
        hasTrainerSpoken = false;
    }

    /** Takes what a trainer has said, unless the console has told that already, and more of it: that it waits, and why. */
    private void said(RunState next) {
        if (next.isOfSameWord(told)) {
            return;
        }
        hasTrainerSpoken = true;
        if (next.rests()) {
            ask(next);
        } else {
            take(next);
        }
    }

    /** @param otherwise the state where the console is away just now */
    private void ask(RunState otherwise) {
        try {
            toldByConsole(RunState.of(console.run(runId)));
        } catch (CommandException e) {
            if (!PatientAsker.isForLater(e)) {
                throw e;
            }
            take(otherwise);
        }
    }

    private void toldByConsole(RunState next) {
        told = next;
        take(next);
    }

    private boolean take(ServerSentEvents.Event event) {
        try {
            JsonNode data = JSON.readTree(event.data());
            switch (event.name()) {
                case "status" -> said(RunState.of(data));
                case "alive" -> {
                    look();
                    alerts.streamLives();
                }
                case "alert" -> alerts.take(data);
                case "fid" -> score(data);
                default -> {
                    return true;
                }
            }
        } catch (JsonProcessingException e) {
            note("an event that is not JSON was skipped: " + e.getOriginalMessage());
        }
        return state.exitCode().isEmpty();
    }

    private void take(RunState next) {
        state = next;
        if (progress == null && state.totalSteps() > 0) {
            progress = Progress.start(runId, state.totalSteps());
        }
        if (progress != null) {
            progress.at(state.step(), state.phase() + (state.message().isBlank() ? "" : ": " + state.message()));
        }
    }

    /** The newest score comes again with each new stream. */
    private void score(JsonNode score) {
        long step = score.path("step").asLong();
        if (step > scoredStep) {
            scoredStep = step;
            note(ScoreLine.of(score));
        }
    }

    private void note(String line) {
        if (progress == null) {
            out.println(line);
            out.flush();
        } else {
            progress.note(out, line);
        }
    }

    private void finish() {
        if (progress != null) {
            progress.close();
        }
        out.println(runId + ": " + state.phase() + " at step " + state.step() + "/" + state.totalSteps()
                + (state.message().isBlank() ? "" : ", " + state.message()));
    }
}
