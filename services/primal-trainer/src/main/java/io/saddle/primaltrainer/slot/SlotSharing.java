package io.saddle.primaltrainer.slot;

import io.saddle.kafka.BatchWorker;
import io.saddle.kafka.Publisher;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.ownership.RunSupervisor;
import io.saddle.run.RunQueue;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SlotTask;
import io.saddle.schema.TrainingRun;
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

    private final TrainerEnvironment env;
    private final Publisher publisher;
    private final RunSupervisor supervisor;
    private final SlottedRuns slotted;
    private final Thread thread = new Thread(this::run, "slot-sharing");
    private volatile boolean running = true;
    private volatile BatchWorker<SlotTask> worker;
    private SlotWork work;

    public SlotSharing(TrainerEnvironment env, Publisher publisher, RunSupervisor supervisor, SlottedRuns slotted) {
        this.env = env;
        this.publisher = publisher;
        this.supervisor = supervisor;
        this.slotted = slotted;
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
                } catch (RuntimeException | Error e) {
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
        return env.tables().runs().stream().anyMatch(run -> slotted.isSlotted(run) && isUnderWay(run));
    }

    private boolean isUnderWay(TrainingRun run) {
        RunPhase phase =
                env.statuses().of(run.getRunId()).map(RunStatus::getPhase).orElse(RunPhase.QUEUED);
        return !RunQueue.isEnding(run.getDesiredState()) && RunQueue.needsTrainer(run, phase);
    }

    private void join() {
        LOG.info("takes slots");
        work = new SlotWork(env, publisher);
        worker = new BatchWorker<>(
                        env.kafka(),
                        env.serdes(),
                        "saddle-primal-trainer-slots",
                        Topics.SLOT_TASKS,
                        env.deadLetters(),
                        work,
                        STUCK_AFTER,
                        env.nanos())
                .start();
    }

    private void leave() {
        LOG.info("takes no more slots");
        worker.close();
        worker = null;
        work.close();
    }
}
