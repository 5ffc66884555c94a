package io.saddle.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker and its KRaft controller in one JVM, bound to 127.0.0.1, with a folder that it formats on first use. Meant for
 * one machine: replication factor 1, small buffers.
 *
 * <p>Usage: {@code Broker FOLDER PORT CONTROLLER_PORT}; ends on SIGTERM.
 */
public final class Broker {

    private static final int NODE_ID = 1;
    private static final String CONTROLLER = "CONTROLLER";

    private Broker() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: Broker FOLDER PORT CONTROLLER_PORT");
            System.exit(2);
        }
        Path folder = Path.of(args[0]);
        Properties settings = settings(folder, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        format(folder);
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
        server.startup();
        server.awaitShutdown();
    }

    private static void format(Path folder) throws Exception {
        Files.createDirectories(folder);
        if (Files.exists(folder.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            return;
        }
        Formatter formatter = new Formatter();
        formatter.setPrintStream(System.out);
        formatter.setClusterId(Uuid.randomUuid().toString());
        formatter.setNodeId(NODE_ID);
        formatter.setControllerListenerName(CONTROLLER);
        formatter.addDirectory(folder.toString());
        formatter.setMetadataLogDirectory(folder.toString());
        formatter.setIgnoreFormatted(true);
        formatter.run();
    }

    private static Properties settings(Path folder, int port, int controllerPort) throws IOException {
        Properties settings = new Properties();
        try (var defaults = Broker.class.getResourceAsStream("/broker.properties")) {
            settings.load(defaults);
        }
        settings.setProperty("node.id", Integer.toString(NODE_ID));
        settings.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.setProperty(
                "listeners", "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.setProperty("log.dirs", folder.toString());
        return settings;
    }
}
