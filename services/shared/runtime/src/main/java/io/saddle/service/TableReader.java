package io.saddle.service;

import io.saddle.kafka.TopicReader;
import io.saddle.run.RunTables;
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
        return new TableReader(reader.onValue(Topics.RUNS, tables::put).onValue(Topics.CONSTRAINTS, tables::put));
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
