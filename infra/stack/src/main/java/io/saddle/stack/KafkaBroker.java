package io.saddle.stack;

import io.saddle.topic.AccessRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** The Kafka broker: ready in 1 to 3 s, its topics survive kill -9. */
public final class KafkaBroker extends StackProcess {

    public static final String NAME = "broker";

    private static final int CONNECT_MILLIS = 1000;
    private static final int ANSWER_MILLIS = 3000;

    KafkaBroker(Distribution distribution, LocalSettings settings) {
        super(NAME, List.of(Setting.BROKER_PORT, Setting.BROKER_CONTROLLER_PORT), distribution, settings);
    }

    @Override
    JavaCommand command() {
        List<String> options = new ArrayList<>();
        options.add("-Xmx" + settings.text(Setting.BROKER_HEAP));
        options.add("-XX:+ExitOnOutOfMemoryError");
        options.addAll(QuickStart.smallHeap(settings.javaOptions(NAME)));
        options.addAll(settings.javaOptions(NAME));
        return new JavaCommand(options, distribution.brokerClassPath(), "io.saddle.broker.Broker", arguments());
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                settings.home().data(NAME).toString(),
                settings.text(Setting.BROKER_PORT),
                settings.text(Setting.BROKER_CONTROLLER_PORT)));
        settings.security()
                .ifPresent(security -> arguments.add(security.brokerFile().toString()));
        return arguments;
    }

    @Override
    boolean ready() {
        return listens() && answers();
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            InetAddress host = InetAddress.getByName("127.0.0.1");
            socket.connect(new InetSocketAddress(host, settings.number(Setting.BROKER_PORT)), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private boolean answers() {
        Properties client = settings.kafka(AccessRules.ADMIN).admin();
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
        try (Admin admin = Admin.create(client)) {
            return !admin.describeCluster()
                    .nodes()
                    .get(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
