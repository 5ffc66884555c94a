package io.saddle.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.saddle.console.access.AccessTokens;
import io.saddle.console.access.Projects;
import io.saddle.console.history.CurvePoints;
import io.saddle.console.history.RunHistories;
import io.saddle.console.notification.NotificationTables;
import io.saddle.console.pipeline.PipelineTables;
import io.saddle.console.slot.SlotRounds;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.kafka.TopicReader;
import io.saddle.model.data.DataSetAddress;
import io.saddle.pipeline.execution.OpenTasks;
import io.saddle.pipeline.spec.PipelineSpec;
import io.saddle.run.RunPhases;
import io.saddle.run.RunTables;
import io.saddle.schema.AlertKind;
import io.saddle.schema.DataSet;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.service.ServiceComponent;
import io.saddle.service.TableReader;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.smallrye.mutiny.operators.multi.processors.SerializedProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;

/** Consumes every topic; keeps the tables and views, and passes what comes on to whoever watches. */
@ApplicationScoped
public class TopicFeed implements ServiceComponent {

    private static final int WAITING_EVENTS = 1000;
    /** A broker answers within half a second, and so does a new leader within a few. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final TopicReader reader;
    /** They are kept for ever: whoever asks what is wanted and what is going on does not wait until all have been read. */
    private final TopicReader dualSteps;

    private final BroadcastProcessor<RunEvent> events = BroadcastProcessor.create();
    /** Where both readers' threads put what comes: a watcher hears one event after the other. */
    private final SerializedProcessor<RunEvent, RunEvent> come = events.serialized();

    /** Of the others no events are made: of a thousand runs one or two are looked at. */
    private final WatchedRuns watched = new WatchedRuns();

    private final AccessTokens tokens;
    private final RunTables tables;
    private final RunViews views;
    private final SlotRounds slotRounds = new SlotRounds();
    private final EvaluatorTable evaluators;
    private final RunWorkers workers;
    private final DataSetTable dataSets = new DataSetTable();
    private final PipelineTables pipelines = new PipelineTables();
    private final NotificationTables notifications = new NotificationTables();
    private final OpenTasks runTasks = new OpenTasks(Set.of(PipelineSpec.RUN, PipelineSpec.FORK));

    public TopicFeed(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            RunTables tables,
            RunHistories histories,
            AccessTokens tokens,
            Projects projects,
            MeterRegistry meters) {
        this.tokens = tokens;
        this.tables = tables;
        this.reader = new TopicReader(kafka, serdes, ConsumerGroups.CONSOLE, deadLetters);
        this.evaluators = new EvaluatorTable(reader::listenedNanos);
        this.workers = new RunWorkers(evaluators, reader::listenedNanos);
        this.dualSteps = new TopicReader(kafka, serdes, ConsumerGroups.CONSOLE_DUAL_STEPS, deadLetters);
        this.views = new RunViews(
                dualSteps::isCaughtUp, runId -> !tables.active(runId).isEmpty());
        feed(
                Topics.RUNS,
                "run",
                received -> {
                    TableReader.run(tables, received);
                    if (received.value() == null) {
                        slotRounds.forget(received.key());
                    }
                },
                run -> histories.of(run.getRunId()).add(run));
        feed(
                Topics.CONSTRAINTS,
                "constraint",
                received -> TableReader.constraint(tables, received),
                definition -> histories.of(definition.getRunId()).add(definition));
        feed(Topics.RUN_METADATA, "metadata", metadata -> {
            tables.put(metadata);
            histories.of(metadata.getRunId()).add(metadata);
        });
        feed(Topics.RUN_STATUS, "status", status -> {
            views.put(status);
            workers.put(status);
            if (RunPhases.isFinal(status.getPhase())) {
                slotRounds.forget(status.getRunId());
            }
            histories.of(status.getRunId()).add(status);
        });
        feed(dualSteps, Topics.MULTIPLIERS, "multipliers", any -> {}, update -> {
            views.put(update);
            CurvePoints points = CurvePoints.of(update);
            histories.of(update.getRunId()).curves().add(points);
            tellNew(dualSteps, update.getRunId(), () -> points);
        });
        feed(Topics.FID_SCORES, "fid", score -> {
            views.put(score);
            histories.of(score.getRunId()).add(score);
        });
        pass(Topics.GRADIENT_SUMMARIES, "summary", summary -> {
            views.put(summary);
            tellNew(reader, summary.getRunId(), () -> CurvePoints.of(summary));
        });
        pass(Topics.LOSS_ESTIMATES, "estimate", estimate -> {
            views.put(estimate);
            tellNew(reader, estimate.getRunId(), () -> CurvePoints.of(estimate));
        });
        whileUnderWay(Topics.SLOT_TASKS, slotRounds::put);
        whileUnderWay(Topics.SLOT_RESULTS, slotRounds::put);
        reader.onValue(Topics.EVALUATORS, evaluators::put, evaluators::remove);
        reader.on(Topics.DATASETS, received -> {
            if (received.value() == null) {
                dataSets.remove(received.key());
            } else {
                dataSets.put(received.key(), received.value());
            }
        });
        reader.onValue(Topics.PIPELINES, pipelines::put);
        reader.onValue(Topics.EXECUTIONS, pipelines::put, pipelines::forget);
        reader.onValue(Topics.EXECUTION_STATUS, pipelines::put, pipelines::forgetStatus);
        reader.onValue(Topics.TASKS, runTasks::put);
        reader.onValue(Topics.TASK_RESULTS, runTasks::put);
        reader.onValue(Topics.ACCESS_TOKENS, tokens::put);
        reader.onValue(Topics.PROJECTS, projects::put, projects::remove);
        reader.onValue(Topics.NOTIFICATION_RULES, notifications::put, notifications::removeRule);
        reader.onValue(Topics.NOTIFICATIONS, notifications::put);
        reader.onValue(Topics.NOTIFICATION_RESULTS, notifications::put);
        pass(Topics.SNAPSHOTS, "snapshot");
        feed(Topics.ALERTS, "alert", alert -> {
            views.put(alert);
            if (reader.handsOnNew()) {
                counter(meters, alert.getKind(), alert.getSeverity()).increment();
            }
        });
        // Before the first of each: of a counter that comes with it nobody who scrapes it sees that it has risen.
        for (AlertKind kind : AlertKind.values()) {
            for (Severity severity : Severity.values()) {
                counter(meters, kind, severity);
            }
        }
    }

    private static Counter counter(MeterRegistry meters, AlertKind kind, Severity severity) {
        return meters.counter("saddle.alerts", "kind", kind.name(), "severity", severity.name());
    }

    RunTables tables() {
        return tables;
    }

    /**
     * The run of this id.
     *
     * @throws Refusal if there is none
     */
    TrainingRun run(String runId) {
        return tables.run(runId).orElseThrow(() -> Refusal.notFound(runId));
    }

    RunViews views() {
        return views;
    }

    /** The rounds of runs with slots that are under way. */
    SlotRounds slotRounds() {
        return slotRounds;
    }

    EvaluatorTable evaluators() {
        return evaluators;
    }

    RunWorkers workers() {
        return workers;
    }

    /** For how long Kafka was heard: of the time in which it does not answer nobody can tell who was silent. */
    Duration listened() {
        return Duration.ofNanos(reader.listenedNanos());
    }

    /** For how long Kafka was not heard: what is known is from before. 0 as long as that may be a pause between two answers. */
    Duration unheard() {
        Duration since = Duration.ofNanos(reader.unheardNanos());
        return since.compareTo(LONGEST_PAUSE) < 0 ? Duration.ZERO : since;
    }

    PipelineTables pipelines() {
        return pipelines;
    }

    NotificationTables notifications() {
        return notifications;
    }

    /** The runs that pipelines wait for. */
    OpenTasks runTasks() {
        return runTasks;
    }

    DataSetTable dataSets() {
        return dataSets;
    }

    /**
     * The data set of NAME or NAME@N.
     *
     * @throws Refusal if there is none
     */
    DataSet dataSet(String address) {
        return DataSetAddress.find(address)
                .flatMap(dataSets::find)
                .orElseThrow(() -> Refusal.noDataSet(address, dataSets.names()));
    }

    /** The records of one run, of these kinds, from now on; a watcher that falls too far behind is cut off, and may ask again. */
    Multi<RunEvent> events(String runId, Set<String> kinds) {
        return Multi.createFrom().deferred(() -> {
            // Before it hears anything, so that it misses nothing.
            watched.begin(runId);
            return events.filter(event -> event.runId().equals(runId) && kinds.contains(event.kind()))
                    .onOverflow()
                    .buffer(WAITING_EVENTS)
                    .onTermination()
                    .invoke(() -> watched.end(runId));
        });
    }

    @Override
    public void start() throws Exception {
        dualSteps.start();
        reader.start().caughtUp().get();
        tokens.areKnown();
    }

    @Override
    public void stop() {
        come.onComplete();
        reader.close();
        dualSteps.close();
    }

    @Override
    public boolean isReady() {
        return reader.isCaughtUp();
    }

    @Override
    public Optional<String> obstacle() {
        return reader.obstacle().or(dualSteps::obstacle);
    }

    private <T extends SpecificRecord> void feed(Topic<T> topic, String kind, Consumer<T> view) {
        feed(topic, kind, any -> {}, view);
    }

    private <T extends SpecificRecord> void feed(
            Topic<T> topic, String kind, Consumer<Received<T>> table, Consumer<T> view) {
        feed(reader, topic, kind, table, view);
    }

    /** @param table told of tombstones too */
    private <T extends SpecificRecord> void feed(
            TopicReader from, Topic<T> topic, String kind, Consumer<Received<T>> table, Consumer<T> view) {
        from.on(topic, received -> {
            table.accept(received);
            if (received.value() != null) {
                view.accept(received.value());
                if (from.handsOnNew()) {
                    tell(kind, received);
                }
            }
        });
    }

    /** What is only passed on needs no past. */
    private <T extends SpecificRecord> void pass(Topic<T> topic, String kind) {
        pass(topic, kind, any -> {});
    }

    private <T extends SpecificRecord> void pass(Topic<T> topic, String kind, Consumer<T> more) {
        reader.onNew(topic, received -> {
            if (received.value() != null) {
                tell(kind, received);
                more.accept(received.value());
            }
        });
    }

    /** What is new of runs that have not ended: of the others it is forgotten. */
    private <T extends SpecificRecord> void whileUnderWay(Topic<T> topic, Consumer<T> view) {
        reader.onNew(topic, received -> {
            if (received.value() != null && !RunPhases.isFinal(views.phase(RunPartitioner.runId(received.key())))) {
                view.accept(received.value());
            }
        });
    }

    private void tellNew(TopicReader from, String runId, Supplier<CurvePoints> points) {
        if (from.handsOnNew() && watched.contains(runId)) {
            come.onNext(RunEvent.of(runId, points.get()));
        }
    }

    private void tell(String kind, Received<? extends SpecificRecord> received) {
        String runId = RunPartitioner.runId(received.key());
        if (watched.contains(runId)) {
            come.onNext(RunEvent.of(runId, kind, received.value()));
        }
    }
}
