package io.saddle.primaltrainer.slot;

import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.KafkaSettings;
import io.saddle.primaltrainer.ownership.RunStatusTable;
import io.saddle.primaltrainer.ownership.RunSupervisor;
import io.saddle.run.RunQueue;
import io.saddle.run.RunTables;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SlotTask;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.service.ServiceComponent;
import io.saddle.topic.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares the slots of all runs with the other trainers, as one of a consumer group, while there are runs with slots and this trainer has
 * a seat that no run takes for itself. Who leaves the group gives its partitions, and what is in hand, to the others.
 */
@ApplicationScoped
public class SlotSharing implements ServiceComponent {

    private static final Logger LOG = LoggerFactory.getLogger(SlotSharing.class);
    private static final long LOOK_AGAIN_MILLIS = 250;
    /** Of one slot: it is told of, nothing ends it. */
    private static final Duration STUCK_AFTER = Duration.ofMinutes(30);

    private final KafkaSettings kafka;
    private final Serdes serdes;
    private final DeadLetters deadLetters;
    private final RunTables tables;
    private final RunStatusTable statuses;
    private final RunSupervisor supervisor;
    private final SlottedRuns slotted;
    private final SlotWork.Environment environment;
    private final Thread thread = new Thread(this::run, "slot-sharing");
    private volatile boolean running = true;
    private volatile BatchWorker<SlotTask> worker;
    private SlotWork work;

    public SlotSharing(
            KafkaSettings kafka,
            Serdes serdes,
            DeadLetters deadLetters,
            RunTables tables,
            RunStatusTable statuses,
            RunSupervisor supervisor,
            SlottedRuns slotted,
            SlotWork.Environment environment) {
        this.kafka = kafka;
        this.serdes = serdes;
        this.deadLetters = deadLetters;
        this.tables = tables;
        this.statuses = statuses;
        this.supervisor = supervisor;
        this.slotted = slotted;
        this.environment = environment;
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() {
        running = false;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<String> obstacle() {
        BatchWorker<SlotTask> current = worker;
        return current == null ? Optional.empty() : current.obstacle();
    }

    private void run() {
        try {
            while (running) {
                try {
                    joinOrLeave();
                } catch (RuntimeException e) {
                    LOG.error("the share of the slots is looked after again", e);
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            LOG.debug("no slots are taken any more");
        } finally {
            if (worker != null) {
                leave();
            }
        }
    }

    private void joinOrLeave() {
        boolean wanted = supervisor.seatsForSlots() > 0 && isAnySlotted();
        if (wanted && worker == null) {
            join();
        } else if (!wanted && worker != null) {
            leave();
        }
    }

    private boolean isAnySlotted() {
        return tables.runs().stream().anyMatch(run -> slotted.isSlotted(run) && isUnderWay(run));
    }

    private boolean isUnderWay(TrainingRun run) {
        RunPhase phase = statuses.of(run.getRunId()).map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
        return !RunQueue.isEnding(run.getDesiredState()) && RunQueue.needsTrainer(run, phase);
    }

    private void join() {
        LOG.info("takes slots");
        work = new SlotWork(environment);
        worker = new BatchWorker<>(
                        kafka,
                        serdes,
                        "saddle-primal-trainer-slots",
                        Topics.SLOT_TASKS,
                        deadLetters,
                        work,
                        STUCK_AFTER,
                        System::nanoTime)
                .start();
    }

    private void leave() {
        LOG.info("takes no more slots");
        worker.close();
        worker = null;
        work.close();
    }
}
