package io.saddle.broker;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * <p>Usage: {@code Broker FOLDER PORT CONTROLLER_PORT [SECURITY]}; ends on SIGTERM. SECURITY is a properties file that goes
 * before the broker's own settings; its {@code saddle.scram.NAME} are credentials that a new folder is formatted with, as
 * {@code kafka-storage.sh format --add-scram} takes them.
 */
public final class Broker {

    private static final int NODE_ID = 1;
    private static final String CLIENTS = "CLIENTS";
    private static final String CONTROLLER = "CONTROLLER";
    private static final String SCRAM = "saddle.scram.";

    private Broker() {}

    public static void main(String[] args) throws Exception {
        if (args.length < 3 || args.length > 4) {
            System.err.println("usage: Broker FOLDER PORT CONTROLLER_PORT [SECURITY]");
            System.exit(2);
        }
        Path folder = Path.of(args[0]);
        Properties settings = settings(folder, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        if (args.length == 4) {
            try (Reader security = Files.newBufferedReader(Path.of(args[3]))) {
                settings.load(security);
            }
        }
        format(folder, credentials(settings));
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
        server.startup();
        server.awaitShutdown();
    }

    private static List<String> credentials(Properties settings) {
        List<String> credentials = new ArrayList<>();
        for (String name : settings.stringPropertyNames()) {
            if (name.startsWith(SCRAM)) {
                credentials.add(settings.remove(name).toString());
            }
        }
        return credentials;
    }

    private static void format(Path folder, List<String> credentials) throws Exception {
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
        formatter.setScramArguments(credentials);
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
                "listeners", CLIENTS + "://127.0.0.1:" + port + "," + CONTROLLER + "://127.0.0.1:" + controllerPort);
        settings.setProperty("advertised.listeners", CLIENTS + "://127.0.0.1:" + port);
        settings.setProperty("log.dirs", folder.toString());
        return settings;
    }
}
