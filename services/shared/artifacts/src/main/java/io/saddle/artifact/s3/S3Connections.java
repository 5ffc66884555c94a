package io.saddle.artifact.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.http.urlconnection.ProxyConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionFactory;

/**
 * Connections as the SDK makes them, by the same proxies (system properties, then {@code HTTP_PROXY} and {@code NO_PROXY}), but that over
 * TLS they can be ended in the middle: see {@link LingeringSockets}.
 */
final class S3Connections implements UrlConnectionFactory {

    private final Duration connect;
    private final Duration silence;
    private final SSLSocketFactory tls;
    private final ProxyConfiguration proxies = ProxyConfiguration.builder().build();

    /**
     * @param connect how long a server may take to accept a connection
     * @param silence how long it may say nothing
     * @param tls one for all connections, or none is used again
     */
    S3Connections(Duration connect, Duration silence, SSLSocketFactory tls) {
        this.connect = connect;
        this.silence = silence;
        this.tls = new LingeringSockets(tls);
    }

    @Override
    public HttpURLConnection createConnection(URI uri) {
        try {
            Optional<Proxy> proxy = proxy(uri);
            HttpURLConnection connection = (HttpURLConnection)
                    (proxy.isPresent()
                            ? uri.toURL().openConnection(proxy.get())
                            : uri.toURL().openConnection());
            if (connection instanceof HttpsURLConnection secured) {
                secured.setSSLSocketFactory(tls);
            }
            if (proxy.isPresent() && isSet(proxies.username()) && isSet(proxies.password())) {
                connection.addRequestProperty("proxy-authorization", "Basic " + login());
            }
            connection.setConnectTimeout(Math.toIntExact(connect.toMillis()));
            connection.setReadTimeout(Math.toIntExact(silence.toMillis()));
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Proxy> proxy(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        if (proxies.host() == null || proxies.nonProxyHosts().stream().anyMatch(host::matches)) {
            return Optional.empty();
        }
        return Optional.of(
                new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxies.host(), proxies.port())));
    }

    private static boolean isSet(String word) {
        return word != null && !word.isEmpty();
    }

    private String login() {
        String login = proxies.username() + ":" + proxies.password();
        return Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }
}
