package io.saddle.primaltrainer;

import io.quarkus.runtime.configuration.MemorySize;
import io.saddle.artifact.ArtifactStore;
import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.TopicReader;
import io.saddle.model.DiffusersModels;
import io.saddle.model.SelectedData;
import io.saddle.model.data.ImageSets;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.loop.RunTrainer;
import io.saddle.primaltrainer.ownership.RunStatusTable;
import io.saddle.primaltrainer.ownership.RunSupervisor;
import io.saddle.primaltrainer.slot.SlottedRuns;
import io.saddle.run.RunTables;
import io.saddle.run.spec.ConstraintKinds;
import io.saddle.schema.OfferedEvaluator;
import io.saddle.serde.Serdes;
import io.saddle.service.AlertLog;
import io.saddle.service.Build;
import io.saddle.service.EvaluatorAnnouncer;
import io.saddle.service.MemoryLimit;
import io.saddle.service.Prerequisite;
import io.saddle.service.TableReader;
import io.saddle.topic.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The trainer's parts, out of its configuration. */
@ApplicationScoped
public class TrainerBeans {

    private static final String MAX_CONCURRENT_RUNS = "saddle.trainer.max-concurrent-runs";

    @Produces
    @Singleton
    TableReader runTables(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters, RunTables tables) {
        return new TableReader(new TopicReader(kafka, serdes, "saddle-primal-trainer-tables", deadLetters)
                .on(Topics.RUNS, received -> TableReader.run(tables, received))
                .on(Topics.CONSTRAINTS, received -> TableReader.constraint(tables, received)));
    }

    @Produces
    @Singleton
    MemoryLimit memoryOfARun(
            @ConfigProperty(name = "saddle.memory.limit") Optional<MemorySize> limit,
            @ConfigProperty(name = MAX_CONCURRENT_RUNS) int maxConcurrentRuns) {
        return MemoryLimit.of(limit).each(MAX_CONCURRENT_RUNS, maxConcurrentRuns);
    }

    /** The trainer measures minibatch-loss, by the way. */
    @Produces
    @Singleton
    EvaluatorAnnouncer announcer(
            Publisher publisher,
            Clock clock,
            TrainerEnvironment environment,
            @ConfigProperty(name = MAX_CONCURRENT_RUNS) int maxConcurrentRuns,
            @ConfigProperty(name = "saddle.trainer.runs-per-submitter") int runsPerSubmitter,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        OfferedEvaluator minibatchLoss = new OfferedEvaluator(
                ConstraintKinds.MINIBATCH_LOSS,
                List.of(ConstraintKinds.MINIBATCH_LOSS),
                "the losses of the training batches, which the trainer has computed anyway");
        return new EvaluatorAnnouncer(
                publisher,
                clock,
                service,
                service,
                List.of(minibatchLoss),
                new EvaluatorAnnouncer.Capacity(
                        environment.memory(),
                        environment.threads(),
                        maxConcurrentRuns,
                        runsPerSubmitter,
                        environment.worker()),
                environment.build());
    }

    @Produces
    @Singleton
    Prerequisite libtorch(Publisher publisher, AlertLog alerts) {
        return new Prerequisite("libtorch", TorchRuntime::get, TorchRuntime.REMEDY, publisher, alerts);
    }

    /** So that a finished run is not taken up again. */
    @Produces
    @Singleton
    @Identifier("statuses")
    TableReader statusReader(KafkaSettings kafka, Serdes serdes, DeadLetters deadLetters, RunStatusTable statuses) {
        return new TableReader(new TopicReader(kafka, serdes, "saddle-primal-trainer-status", deadLetters)
                .onValue(Topics.RUN_STATUS, statuses::put));
    }

    @Produces
    @Singleton
    TrainerEnvironment environment(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            RunTables tables,
            RunStatusTable statuses,
            ArtifactStore artifacts,
            ImageSets sets,
            DiffusersModels models,
            Clock clock,
            MemoryLimit memory,
            AlertLog alerts,
            @ConfigProperty(name = "saddle.trainer.worker") String worker,
            @ConfigProperty(name = "saddle.trainer.threads") int threads,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        return new TrainerEnvironment(
                kafka,
                serdes,
                deadLetters,
                tables,
                statuses,
                artifacts,
                new SelectedData(sets),
                models,
                clock,
                System::nanoTime,
                alerts,
                worker,
                Build.of(version),
                threads,
                memory);
    }

    @Produces
    @Singleton
    RunSupervisor supervisor(
            TrainerEnvironment environment,
            SlottedRuns slotted,
            @ConfigProperty(name = MAX_CONCURRENT_RUNS) int maxConcurrentRuns) {
        return new RunSupervisor(
                environment.tables(),
                environment.statuses(),
                run -> new RunTrainer(environment, run),
                maxConcurrentRuns,
                slotted::isSlotted,
                environment.nanos(),
                environment.clock());
    }
}
