package io.saddle.tool;

import io.saddle.stack.testing.TestCluster;
import io.saddle.stack.testing.WebhookReceiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * One stack of all services, traced and with a channel for notifications, for the classes of {@link io.saddle.SharedStackIT}: a start costs more than most of what
 * they do on it. A class gives its runs names of its own and leaves every process running; the stack ends with the JVM.
 */
public final class SharedStack {

    private static final TraceCollector TRACES = traces();
    private static final WebhookReceiver RECEIVER = receiver();
    private static final TestCluster CLUSTER = TestCluster.startIn(
            Path.of(System.getProperty("java.io.tmpdir")),
            Map.of(
                    "QUARKUS_OTEL_SDK_DISABLED", "false",
                    "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", TRACES.address(),
                    "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                    "SADDLE_NOTIFICATIONS_CHANNELS_OPS_FORMAT", "json",
                    "SADDLE_NOTIFICATIONS_CHANNELS_OPS_URL", RECEIVER.address().toString()),
            line -> {},
            TestCluster.SERVICES.toArray(String[]::new));

    private SharedStack() {}

    /** Its processes; never closed. */
    public static TestCluster cluster() {
        return CLUSTER;
    }

    /** What its services tell of their work. */
    public static TraceCollector traced() {
        return TRACES;
    }

    /** What its channel {@code ops} sends to. */
    public static WebhookReceiver told() {
        return RECEIVER;
    }

    private static WebhookReceiver receiver() {
        try {
            return new WebhookReceiver();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TraceCollector traces() {
        try {
            return new TraceCollector();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
