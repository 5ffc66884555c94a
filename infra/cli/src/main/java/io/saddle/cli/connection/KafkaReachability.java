package io.saddle.cli.connection;

import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** Asks Kafka once, for a short clear error where it is not there. */
public final class KafkaReachability {

    private static final int PATIENCE_MILLIS = 6000;

    private KafkaReachability() {}

    /**
     * @return the names of the topics
     * @throws CommandException if Kafka does not answer within 6 s
     */
    public static Set<String> require(KafkaOptions kafka) {
        Properties client = kafka.connection().admin();
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        try (Admin admin = Admin.create(client)) {
            return admin.listTopics().names().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "Kafka does not answer at " + kafka.bootstrap()
                            + ": start it with './saddle up', or name another with" + " --bootstrap");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }
}
