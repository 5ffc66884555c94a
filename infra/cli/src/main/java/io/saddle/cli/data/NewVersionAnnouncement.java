package io.saddle.cli.data;

import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.model.data.DataSetAddress;
import java.io.IOException;
import java.io.PrintWriter;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The word on a version that a command has made, for the Kafka of its options. */
final class NewVersionAnnouncement {

    @Mixin
    private ChangeReason reason;

    @Option(
            names = "--must-announce",
            description = "Ends with exit code 3 where Kafka or the registry cannot be told of the data set, instead of"
                    + " with a warning. Given again, the command makes up for it.")
    private boolean must;

    /**
     * Looks before the work at what the announcement needs; for Kafka where the version must be announced.
     *
     * @throws CommandException if Kafka does not answer or lacks the topic, or another is named and no registry
     */
    void prepare(DataSetOptions data) {
        data.requireRegistry();
        if (must) {
            data.requireTopic();
        }
    }

    /**
     * Announces the version.
     *
     * @param err is told where it could not be announced, and need not be
     * @throws CommandException if it could not be announced, and must be: the same may go well later
     */
    void announce(DataSetAddress version, DataSetOptions data, PrintWriter err)
            throws IOException, InterruptedException {
        if (!must) {
            data.announce(reason, announcements -> announcements.announce(version), err);
            return;
        }
        try {
            data.announcements(reason).announce(version);
        } catch (KafkaException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    version + " is made, but not announced (" + e.getMessage() + "): the same command does that later");
        }
    }
}
