package io.saddle.cli.data;

import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.data.DataSetAnnouncements.Changes;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.cli.terminal.PrintingCommand;
import java.io.PrintWriter;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says what the artifact store holds. */
@Command(
        name = "announce",
        description = {
            "Tells the console and everybody else who reads saddle.datasets what the artifact store holds, and takes back what"
                    + " it no longer holds. 'import' and 'remove' do so themselves where Kafka can be reached, 'up' does when the"
                    + " local stack starts."
        },
        footer = {
            "  ./saddle data announce",
            "  SADDLE_ARTIFACTS_ROOT=s3://models ./saddle data announce --bootstrap kafka:9092 \\",
            "    --registry http://registry:8081/apis/ccompat/v7"
        })
final class DataAnnounceCommand extends PrintingCommand {

    @Mixin
    private DataSetOptions data;

    @Mixin
    private ChangeReason reason;

    @Override
    protected int run(PrintWriter out) throws Exception {
        data.requireRegistry();
        data.requireTopic();
        Changes changes;
        try {
            changes = data.announcements(reason).bringUpToDate();
        } catch (KafkaException e) {
            throw new CommandException(ExitCode.FAILED, "Kafka did not take it: " + e.getMessage());
        }
        changes.announced().forEach(key -> out.println("announced: " + key));
        changes.withdrawn().forEach(key -> out.println("withdrawn: " + key));
        changes.damaged().forEach(each -> out.println("damaged: " + each));
        if (changes.isNothing()) {
            out.println("nothing to announce: all is said already");
        }
        return changes.damaged().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
