package io.saddle.lab.report;

import ai.djl.engine.Engine;
import io.saddle.cli.terminal.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/** The versions that a result was made with. */
public final class Versions {

    private Versions() {}

    /** Versions by name, and the machine's processors. */
    public static Map<String, String> all() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("saddle", Version.current());
        versions.put("DJL PyTorch", Engine.getDjlVersion());
        versions.put("Kafka clients", AppInfoParser.getVersion());
        versions.put("Java", Runtime.version().toString());
        versions.put("OS", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        versions.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        return versions;
    }
}
