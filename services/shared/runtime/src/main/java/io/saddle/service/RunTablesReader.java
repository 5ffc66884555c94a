package io.saddle.service;

import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.RunTables;
import io.saddle.kafka.TopicReader;
import io.saddle.serde.Serdes;
import io.saddle.topic.Topics;

/** Keeps a service's {@link RunTables} up to date. Services that need them declare it as a bean. */
public class RunTablesReader implements Component {

    private final TopicReader reader;

    public RunTablesReader(
            KafkaSettings settings, Serdes serdes, DeadLetters deadLetters, RunTables tables, String groupId) {
        this.reader = new TopicReader(settings, serdes, groupId, deadLetters)
                .on(Topics.RUNS, received -> {
                    if (received.value() != null) {
                        tables.put(received.value());
                    }
                })
                .on(Topics.CONSTRAINTS, received -> {
                    if (received.value() != null) {
                        tables.put(received.value());
                    }
                });
    }

    /** Starts reading and returns when what stood on the topics is known. */
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
        return reader.isCaughtUp();
    }

    @Override
    public int order() {
        return -1;
    }
}
