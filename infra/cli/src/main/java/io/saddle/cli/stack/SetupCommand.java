package io.saddle.cli.stack;

import io.saddle.cli.connection.KafkaCommand;
import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.stack.LocalSetup;
import io.saddle.stack.Setting;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates topics and registers schemas, on the local stack or elsewhere. */
@Command(
        name = "setup",
        description =
                "Creates every topic and dead-letter topic that is missing and registers every schema as FULL_TRANSITIVE."
                        + " Can be run again at any time; 'up' does it for the local stack.",
        footer = {
            "  ./saddle setup",
            "  ./saddle setup --bootstrap kafka:9092 --registry http://registry:8081 --replication 3",
            "  ./saddle setup --bootstrap kafka:9093 --registry https://registry:8443/apis/ccompat/v7 \\",
            "    --users security/users --login security/users/admin.properties"
        })
public final class SetupCommand extends KafkaCommand {

    /** As of the setting {@code topics.replication}. */
    private static final int MOST_COPIES = 9999;

    @Option(
            names = "--replication",
            description = "Replication factor of topics that are created (default: topics.replication).")
    private Integer replication;

    @Option(
            names = "--users",
            paramLabel = "FOLDER",
            description =
                    "Also sets up the users of this folder, 'users' of what './saddle security' makes, and what each of"
                            + " them may do. Only its admin may: --login FOLDER/admin.properties.")
    private Path users;

    @Override
    protected int run(KafkaOptions kafka, PrintWriter out) {
        if (replication != null) {
            within("--replication", replication, 1, MOST_COPIES);
        }
        kafka.requireRegistry();
        int factor = replication != null ? replication : kafka.settings().number(Setting.REPLICATION);
        kafka.topics();
        try (LocalSetup setup = LocalSetup.connect(kafka.connection(), users, (short) factor, out::println)) {
            setup.run();
        }
        return ExitCode.OK;
    }
}
