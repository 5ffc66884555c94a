package io.saddle.cli.worker;

import io.saddle.broker.Leash;
import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.topic.Topics;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Works at pipelines' tasks until it is ended. */
@Command(
        name = "worker",
        description = {
            "Does what pipelines order besides runs: steps with data, encode, judge or export. It goes on until it is ended; what is"
                    + " under way then is done by another worker, or by this one when it is back.",
            "",
            "Each task is a command of this program in a process of its own, with the files of this machine: paths in a pipeline are"
                    + " those that the worker sees. Several workers share the tasks. Runs are the console's."
        },
        footer = {
            "  ./saddle worker",
            "  ./saddle worker --kinds encode,judge",
            "  ./saddle worker --bootstrap kafka:9092 --registry http://registry:8080/apis/ccompat/v7",
            "  ./saddle worker --health 0.0.0.0:8080"
        })
public final class WorkerCommand extends KafkaCommand {

    private static final int LOOK_SECONDS = 10;
    private static final int BEFORE_NEXT_TRY_SECONDS = 2;
    private static final String PROGRAM = "io.saddle.cli.Saddle";
    /**
     * A container's JVM ends at once where memory is out, with the code that stands for something that does not answer: a command is to end
     * with its own.
     */
    static final String WITH_ITS_OWN_EXIT_CODE = "-XX:-ExitOnOutOfMemoryError";

    @Option(
            names = "--kinds",
            split = ",",
            paramLabel = "KIND",
            description = "Only these kinds of tasks: ${COMPLETION-CANDIDATES} (default: all).")
    private Set<TaskKind> kinds = EnumSet.allOf(TaskKind.class);

    @Option(
            names = "--name",
            description = "What it is called; no other worker has the same name, by which they tell who is at a task"
                    + " (default: this machine and the process).")
    private String name;

    @Option(
            names = "--health",
            paramLabel = "HOST:PORT",
            description =
                    "Answers /q/health/started, live and ready there, for whoever watches over a container; and waits"
                            + " for Kafka and its topics, where without it a worker ends at once.")
    private String health;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) throws Exception {
        kafka.requireRegistry();
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(ended, left), "end"));
        try (WorkerHealth answers = health == null ? null : WorkerHealth.listen(health)) {
            if (isThere(answers, ended)) {
                work(kafka, answers, ended);
            }
        } finally {
            left.countDown();
        }
        return ExitCode.OK;
    }

    /** False if it was ended while it waited. */
    private boolean isThere(WorkerHealth answers, CountDownLatch ended) throws InterruptedException {
        String said = "";
        while (true) {
            try {
                requireTopics(List.of(Topics.TASKS.name(), Topics.TASK_RESULTS.name()));
                return true;
            } catch (CommandException e) {
                if (answers == null) {
                    throw e;
                }
                answers.waits(e.getMessage());
                if (!said.equals(e.getMessage())) {
                    said = e.getMessage();
                    err().println("waits: " + said);
                }
            }
            if (ended.await(BEFORE_NEXT_TRY_SECONDS, TimeUnit.SECONDS)) {
                return false;
            }
        }
    }

    private void work(KafkaOptions kafka, WorkerHealth answers, CountDownLatch ended) throws InterruptedException {
        try (TaskWorker worker = new TaskWorker(
                kafka.connection(),
                kinds,
                name(),
                TaskPlaces.of(System.getenv("SADDLE_DATA_ROOTS"), kafka.settings()),
                command -> words(kafka, command),
                this::say,
                Clock.systemUTC())) {
            worker.start();
            if (answers != null) {
                answers.started(worker::obstacle);
            }
            String said = "";
            while (!ended.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                Optional<String> obstacle = worker.obstacle();
                if (!obstacle.orElse("").equals(said)) {
                    said = obstacle.orElse("");
                    err().println(obstacle.orElse("it works again"));
                }
            }
        }
    }

    /** The JVM waits for it: who leaves the group says so, and the others take its tasks at once. */
    private static void end(CountDownLatch ended, CountDownLatch left) {
        ended.countDown();
        try {
            left.await(LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String name() {
        return name == null ? host() + "-" + ProcessHandle.current().pid() : name;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }

    /** The command in a JVM that ends when this one does. */
    private static List<String> words(KafkaOptions kafka, ChildCommand command) {
        List<String> words = new ArrayList<>(kafka.stack().java(WITH_ITS_OWN_EXIT_CODE));
        words.addAll(List.of(
                Leash.class.getName(), Long.toString(ProcessHandle.current().pid()), PROGRAM));
        words.addAll(command.words(kafka.stack().arguments(), kafka.arguments()));
        return words;
    }
}
