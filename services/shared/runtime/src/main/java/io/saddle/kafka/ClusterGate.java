package io.saddle.kafka;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.saddle.serde.RegisteredSchemas;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at a service's start until Kafka, the topics, the registry and the schemas are there, and says what it waits for. */
public final class ClusterGate {

    /** The cluster did not become usable in time; the message says what was missing and the remedy. */
    public static final class ClusterUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ClusterUnavailableException(String message) {
            super(message);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClusterGate.class);
    private static final Duration TRY_EVERY = Duration.ofMillis(500);
    private static final int ANSWER_SECONDS = 5;
    private static final String NOTHING_CAME = "no answer in " + ANSWER_SECONDS + " s";

    private final KafkaSettings settings;
    private final SchemaRegistryClient registry;
    private final RegisteredSchemas schemas;
    /** Not asked for again: what is registered stays so. */
    private final Set<Topic<?>> registered = new HashSet<>();

    private volatile String missing;

    public ClusterGate(KafkaSettings settings, SchemaRegistryClient registry) {
        this.settings = settings;
        this.registry = registry;
        this.schemas = new RegisteredSchemas(registry);
    }

    /**
     * Returns when everything is there.
     *
     * @throws ClusterUnavailableException after {@code patience}
     */
    public void await(Duration patience) throws InterruptedException {
        Admin admin = Admin.create(settings.admin());
        try {
            await(admin, patience);
        } finally {
            // A close that waits would wait for the request that nobody answers.
            admin.close(Duration.ZERO);
        }
    }

    /** What it waits for, with the remedy; empty before that is known, and once everything is there. */
    public Optional<String> obstacle() {
        return Optional.ofNullable(missing);
    }

    private void await(Admin admin, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (String found = missing(admin); found != null; found = missing(admin)) {
            if (System.nanoTime() > deadline) {
                throw new ClusterUnavailableException("gave up after " + patience.toSeconds() + " s: " + found);
            }
            if (!found.equals(missing)) {
                LOG.warn("waiting: {}", found);
                missing = found;
            }
            Thread.sleep(TRY_EVERY.toMillis());
        }
        missing = null;
    }

    private String missing(Admin admin) throws InterruptedException {
        String kafka = missingInKafka(admin);
        return kafka != null ? kafka : missingInRegistry();
    }

    private String missingInKafka(Admin admin) throws InterruptedException {
        String where = "Kafka at " + settings.bootstrapServers() + " (kafka.bootstrap.servers)";
        try {
            Set<String> there = admin.listTopics().names().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            Set<String> missing = new TreeSet<>();
            for (Topic<?> topic : Topics.all()) {
                missing.addAll(List.of(topic.name(), topic.deadLetterName()));
            }
            missing.removeAll(there);
            return missing.isEmpty() ? null : where + " lacks the topics " + missing + "; ./saddle setup makes them";
        } catch (ExecutionException e) {
            return noAnswer(where, e.getCause().getMessage());
        } catch (TimeoutException e) {
            return noAnswer(where, NOTHING_CAME);
        }
    }

    private String missingInRegistry() throws InterruptedException {
        String where = "the schema registry at " + settings.servers().registryAddresses() + " (saddle.registry.url)";
        try {
            Set<String> subjects = new TreeSet<>();
            Topics.all().forEach(topic -> subjects.add(topic.subject()));
            subjects.removeAll(answer(registry::getAllSubjects));
            if (!subjects.isEmpty()) {
                return where + " lacks the subjects " + subjects + "; ./saddle setup registers them";
            }
            Set<String> old = subjectsWithoutThisBuildsSchema();
            return old.isEmpty()
                    ? null
                    : where + " lacks this build's schemas of " + old + "; ./saddle setup registers them";
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException || e.getCause() instanceof RestClientException) {
                return noAnswer(where, e.getCause().getMessage());
            }
            throw new IllegalStateException(where + " cannot be asked", e.getCause());
        } catch (TimeoutException e) {
            return noAnswer(where, NOTHING_CAME);
        }
    }

    private Set<String> subjectsWithoutThisBuildsSchema()
            throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> lacking = new TreeSet<>();
        for (Topic<?> topic : Topics.all()) {
            if (!registered.contains(topic)) {
                if (answer(() -> schemas.id(topic)).isPresent()) {
                    registered.add(topic);
                } else {
                    lacking.add(topic.subject());
                }
            }
        }
        return lacking;
    }

    /** On a thread of its own: the client waits for minutes for a registry that takes a connection and says nothing. */
    private static <T> T answer(Callable<T> question)
            throws InterruptedException, ExecutionException, TimeoutException {
        FutureTask<T> asked = new FutureTask<>(question);
        Thread thread = new Thread(asked, "registry-answer");
        thread.setDaemon(true);
        thread.start();
        return asked.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private static String noAnswer(String where, String why) {
        return where + " does not answer: " + why;
    }
}
