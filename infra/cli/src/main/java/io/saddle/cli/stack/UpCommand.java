package io.saddle.cli.stack;

import io.saddle.artifact.access.ArtifactStores;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.connection.ConsoleClient;
import io.saddle.cli.connection.StackOptions;
import io.saddle.cli.data.DataSetAnnouncements;
import io.saddle.cli.data.DataSetAnnouncements.Changes;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import io.saddle.model.data.StoredDataSets;
import io.saddle.stack.AtCutOff;
import io.saddle.stack.KafkaBroker;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.SchemaRegistry;
import io.saddle.stack.Stack;
import io.saddle.stack.security.SecurityFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts what does not run yet. */
@Command(
        name = "up",
        description = {
            "Starts broker, schema registry and all services, each in its own process, and returns when they are ready."
                    + " What runs already is left alone. What ends without being asked to is started again, ever more seldom"
                    + " (logs/supervisor.log of --home says so, and why), with the settings of the last 'up' that succeeded."
        },
        footer = {
            "  ./saddle up",
            "  ./saddle up --only broker,registry",
            "  ./saddle up --set console.port=8080",
            "  ./saddle up --secured --home secured",
            "  SADDLE_JAVA_OPTS_PRIMAL_TRAINER=-Xmx4g ./saddle up"
        })
public final class UpCommand extends PrintingCommand {

    private static final String CONSOLE = "console";

    @Mixin
    private StackOptions options;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Only these: broker, registry, dual-updater, primal-trainer, constraint-evaluator,"
                    + " fid-evaluator, console.")
    private List<String> only;

    @Option(
            names = "--secured",
            description =
                    "A new stack whose Kafka and registry are encrypted and ask who somebody is: SASL_SSL with SCRAM,"
                            + " each service allowed its own topics only; and whose console has people log in. It stays so;"
                            + " certificates, users and passwords are in security/ of its folder, which only you can look into.")
    private boolean secured;

    @Option(
            names = "--no-supervisor",
            description = "Starts nothing again that ends without being asked to, and leaves the registry's tokens of a"
                    + " secured stack as they are: they end after two days, and 'up' makes them anew."
                    + " Logs grow as long as their processes run.")
    private boolean unsupervised;

    private void superviseWhatIsUp(Stack stack, RuntimeException why) {
        try {
            stack.superviseIfNobodyDoes(supervisor());
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private List<String> supervisor() {
        return unsupervised ? List.of() : options.command("supervise");
    }

    @Override
    protected int run(PrintWriter out) throws Exception {
        Stack stack = options.stack();
        List<String> names = only == null ? stack.names() : only;
        names.stream().filter(name -> !stack.names().contains(name)).findFirst().ifPresent(name -> {
            throw wrongUsage("--only: no process '" + name + "'; there are " + String.join(", ", stack.names()));
        });
        if (secured) {
            stack.secure();
        }
        try (AtCutOff told = AtCutOff.run("what still runs", () -> sayWhatStillRuns(stack))) {
            stack.up(names);
        } catch (RuntimeException e) {
            superviseWhatIsUp(stack, e);
            throw e;
        }
        stack.supervise(supervisor());
        if (names.contains(CONSOLE)) {
            // Not for broker and registry alone: a backup is put back into topics that are empty.
            announceDataSets(stack.settings(), out);
            out.println("console: " + stack.settings().consoleUrl());
            stack.settings()
                    .security()
                    .ifPresent(security -> out.println("console: " + users(stack.settings(), security)));
        }
        return ExitCode.OK;
    }

    private static String users(LocalSettings settings, SecurityFolder security) {
        try {
            String name = new ConsoleClient(settings).me().path("name").asText();
            return "users operator and viewer, their passwords are in " + security.consoleFile()
                    + "; this command line is " + name;
        } catch (CommandException e) {
            return e.getMessage();
        }
    }

    private void sayWhatStillRuns(Stack stack) {
        List<String> running = stack.running();
        err().println(
                        running.isEmpty()
                                ? "cut off: nothing was started"
                                : "cut off; still running: " + String.join(", ", running)
                                        + "; './saddle up' goes on from there, './saddle down' ends them");
        err().flush();
    }

    /** Announces what was imported or removed while no stack ran; a stack without it is of use all the same. */
    private static void announceDataSets(LocalSettings settings, PrintWriter out) throws InterruptedException {
        if (!Stack.isRunning(settings.home(), KafkaBroker.NAME)
                || !Stack.isRunning(settings.home(), SchemaRegistry.NAME)) {
            return;
        }
        try {
            StoredDataSets sets = new StoredDataSets(ArtifactStores.open(settings.artifacts()));
            Optional<Changes> changes = new DataSetAnnouncements(settings.kafka(), sets, new ChangeReason().origin())
                    .bringUpToDateUnlessEmpty();
            if (changes.isEmpty()) {
                out.println(
                        "warning: the artifact store (" + settings.artifacts().root()
                                + ") holds none of the data sets that were announced: is it mounted? They stay announced; where they"
                                + " are gone for good, './saddle data announce' says so");
                return;
            }
            if (!changes.get().isNothing()) {
                out.println("data sets: " + changes.get().announced().size() + " announced, "
                        + changes.get().withdrawn().size() + " withdrawn");
            }
            changes.get().damaged().forEach(each -> out.println("data sets: damaged: " + each));
        } catch (IOException | KafkaException e) {
            out.println("warning: data sets are not announced (" + e.getMessage()
                    + "): './saddle data announce' does that later");
        }
    }
}
