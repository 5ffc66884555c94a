package io.saddle.artifact.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class S3ConnectionsTest {

    private static final Duration SECONDS = Duration.ofSeconds(5);

    private interface Use {
        void with(S3Connections connections) throws IOException;
    }

    private static void set(Map<String, String> properties) {
        properties.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    private static void behindAProxy(Use use) throws IOException {
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            exchange.sendResponseHeaders(exchange.getRequestURI().isAbsolute() ? 202 : 200, -1);
            exchange.close();
        });
        proxy.start();
        Map<String, String> properties = Map.of(
                "http.proxyHost", "127.0.0.1",
                "http.proxyPort", "" + proxy.getAddress().getPort(),
                "http.nonProxyHosts", "*.within.invalid");
        Map<String, String> before = new HashMap<>();
        properties.keySet().forEach(name -> before.put(name, System.getProperty(name)));
        set(properties);
        try {
            use.with(new S3Connections(SECONDS, SECONDS, (SSLSocketFactory) SSLSocketFactory.getDefault()));
        } finally {
            set(before);
            proxy.stop(0);
        }
    }

    @Test
    void whatIsNotExemptedGoesByTheProxy() throws IOException {
        behindAProxy(connections -> {
            HttpURLConnection connection = connections.createConnection(URI.create("http://bucket.invalid/key"));
            assertEquals(202, connection.getResponseCode());
        });
    }

    @Test
    void whatIsExemptedDoesNot() throws IOException {
        behindAProxy(connections -> {
            HttpURLConnection connection = connections.createConnection(URI.create("http://s3.within.invalid/key"));
            assertThrows(IOException.class, connection::getResponseCode);
        });
    }

    @Test
    void aServerMayTakeSoLong() {
        HttpURLConnection connection = new S3Connections(
                        SECONDS, SECONDS.multipliedBy(2), (SSLSocketFactory) SSLSocketFactory.getDefault())
                .createConnection(URI.create("https://127.0.0.1/key"));

        assertEquals(5_000, connection.getConnectTimeout());
        assertEquals(10_000, connection.getReadTimeout());
    }
}
