package io.saddle.artifact.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** Over TLS, and where an end takes its time; over plain connections see {@link S3TransferTest}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchedHttpClientTest {

    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final String PASSWORD = "changeit";
    /** More than the system holds for a socket. */
    private static final byte[] BODY = new byte[12 << 20];

    @TempDir
    private Path folder;

    private SSLContext tls() throws Exception {
        Path store = folder.resolve("server.p12");
        String command = Path.of(System.getProperty("java.home"), "bin", "keytool")
                + " -genkeypair -alias server -keyalg EC -dname CN=server -ext SAN=IP:127.0.0.1 -storetype PKCS12"
                + " -storepass " + PASSWORD + " -keystore " + store;
        Process keytool = new ProcessBuilder(command.split(" ")).inheritIO().start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private static ExecutableHttpRequest upload(SdkHttpClient client, URI to) {
        return client.prepareRequest(HttpExecuteRequest.builder()
                .request(SdkHttpFullRequest.builder()
                        .method(SdkHttpMethod.PUT)
                        .uri(to)
                        .putHeader("Content-Length", "" + BODY.length)
                        .build())
                .contentStreamProvider(() -> new ByteArrayInputStream(BODY))
                .build());
    }

    /** The end waited for the very writer that it was to end. */
    @Test
    void anUploadOverTlsOfWhichNothingGoesOutIsEnded() throws Exception {
        SSLContext tls = tls();
        try (SSLServerSocket server = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            CompletableFuture<SSLSocket> reader = CompletableFuture.supplyAsync(() -> oneThatStopsReading(server));
            S3Connections connections = new S3Connections(SILENCE, SILENCE, tls.getSocketFactory());
            try (SdkHttpClient client = new WatchedHttpClient(UrlConnectionHttpClient.create(connections), SILENCE)) {
                ExecutableHttpRequest upload =
                        upload(client, URI.create("https://127.0.0.1:" + server.getLocalPort() + "/key"));

                SocketTimeoutException e = assertThrows(SocketTimeoutException.class, upload::call);

                assertEquals("nothing more of it went out for 1 s", e.getMessage());
            }
            reader.get().close();
        }
    }

    /** The first bytes are read. */
    private static SSLSocket oneThatStopsReading(SSLServerSocket server) {
        try {
            SSLSocket socket = (SSLSocket) server.accept();
            socket.getInputStream().read();
            return socket;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of all uploads none was ended any more after one whose end took for ever. */
    @Test
    void anEndThatTakesItsTimeKeepsNoOtherUpload() throws Exception {
        CountDownLatch inTheEnd = new CountDownLatch(1);
        AtomicInteger ends = new AtomicInteger();
        try (SdkHttpClient client = new WatchedHttpClient(standing(inTheEnd, ends), SILENCE)) {
            CompletableFuture<Void> first = CompletableFuture.runAsync(() ->
                    assertThrows(SocketTimeoutException.class, upload(client, URI.create("http://first/key"))::call));
            CompletableFuture<Void> second = CompletableFuture.runAsync(() ->
                    assertThrows(SocketTimeoutException.class, upload(client, URI.create("http://second/key"))::call));

            CompletableFuture.anyOf(first, second).get();

            assertTrue(ends.get() >= 2, "ended while the first end went on");
            inTheEnd.countDown();
            CompletableFuture.allOf(first, second).get();
        }
    }

    /** Requests that stand until they are ended; the first end waits. */
    private static SdkHttpClient standing(CountDownLatch firstEnd, AtomicInteger ends) {
        return new SdkHttpClient() {
            @Override
            public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
                CountDownLatch ended = new CountDownLatch(1);
                return new ExecutableHttpRequest() {
                    @Override
                    public HttpExecuteResponse call() throws IOException {
                        try (InputStream body =
                                request.contentStreamProvider().orElseThrow().newStream()) {
                            body.read();
                            ended.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        throw new SocketException("Socket closed");
                    }

                    @Override
                    public void abort() {
                        try {
                            if (ends.incrementAndGet() == 1) {
                                firstEnd.await();
                            }
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        ended.countDown();
                    }
                };
            }

            @Override
            public void close() {}
        };
    }
}
