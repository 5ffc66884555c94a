package io.saddle.console.audit;

import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicReader;
import io.saddle.serde.Serdes;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.ConsumerGroups;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Reads the audit from its beginning into the {@link AuditLog}. It is kept for ever, and nobody but who asks for it waits for it. */
@ApplicationScoped
public class AuditReader implements ServiceComponent {

    private final TopicReader reader;

    public AuditReader(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters, AuditLog log) {
        reader = new TopicReader(kafka, serdes, ConsumerGroups.CONSOLE_AUDIT, deadLetters)
                .onValue(Topics.AUDIT, log::put);
    }

    /** True if all that stood on the topic at the start is there. */
    public boolean isComplete() {
        return reader.isCaughtUp();
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public void stop() {
        reader.close();
    }

    @Override
    public Optional<String> obstacle() {
        return reader.obstacle();
    }
}
