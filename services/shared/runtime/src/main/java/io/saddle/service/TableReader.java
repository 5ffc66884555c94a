package io.saddle.service;

import io.saddle.kafka.Received;
import io.saddle.kafka.TopicReader;
import io.saddle.run.RunTables;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.util.Optional;

/** The reader that keeps tables of a service up to date: ready, and the components behind it started, once what stood on the topics is known. */
public class TableReader implements ServiceComponent {

    private final TopicReader reader;

    public TableReader(TopicReader reader) {
        this.reader = reader;
    }

    /** For the tables of what is wanted. */
    public static TableReader of(TopicReader reader, RunTables tables) {
        return new TableReader(reader.on(Topics.RUNS, received -> run(tables, received))
                .on(Topics.CONSTRAINTS, received -> constraint(tables, received))
                .onValue(Topics.RUN_METADATA, tables::put));
    }

    /** Takes a run, or the end of one that was deleted with its history. */
    public static void run(RunTables tables, Received<TrainingRun> received) {
        if (received.value() == null) {
            tables.removeRun(received.key());
        } else {
            tables.put(received.value());
        }
    }

    /** Takes a constraint, or the end of one whose run was deleted with its history. */
    public static void constraint(RunTables tables, Received<ConstraintDefinition> received) {
        if (received.value() == null) {
            String runId = RunPartitioner.runId(received.key());
            tables.removeConstraint(
                    runId, received.key().substring(Math.min(received.key().length(), runId.length() + 1)));
        } else {
            tables.put(received.value());
        }
    }

    @Override
    public void start() throws Exception {
        reader.start().caughtUp().get();
    }

    @Override
    public void stop() {
        reader.close();
    }

    @Override
    public boolean isReady() {
        return reader.isCaughtUp() && obstacle().isEmpty();
    }

    @Override
    public Optional<String> obstacle() {
        return reader.obstacle();
    }

    @Override
    public int order() {
        return -1;
    }
}
