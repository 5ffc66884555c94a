package io.saddle.lab.bench.pipeline;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.lab.system.Commands;
import io.saddle.stack.KafkaBroker;
import io.saddle.stack.SchemaRegistry;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** The processor's cores, to which {@code taskset} of util-linux holds the processes of a stack. */
public final class Cores {

    private static final String TRAINER = "primal-trainer";

    private Cores() {}

    /**
     * Holds the trainer to the first core, every other process to the rest.
     *
     * @throws CommandException if there is one core only
     * @throws IOException if taskset is not there or fails
     */
    static void apart(TestCluster cluster) throws IOException, InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores < 2) {
            throw new CommandException(ExitCode.INVALID_INPUT, "--apart needs two cores, this machine has one");
        }
        hold(cluster, TRAINER, "0");
        List<String> others = Stream.concat(
                        Stream.of(KafkaBroker.NAME, SchemaRegistry.NAME), TestCluster.SERVICES.stream())
                .filter(name -> !name.equals(TRAINER))
                .toList();
        for (String name : others) {
            hold(cluster, name, "1-" + (cores - 1));
        }
    }

    /**
     * Holds a process to some cores; threads that begin later stay there too.
     *
     * @param cores as taskset lists them
     */
    public static void hold(TestCluster cluster, String name, String cores) throws IOException, InterruptedException {
        Commands.run("taskset", "-a", "-p", "-c", cores, Long.toString(cluster.pid(name)));
    }
}
