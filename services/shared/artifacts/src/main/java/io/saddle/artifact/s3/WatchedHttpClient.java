package io.saddle.artifact.s3;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * A client of the SDK's that ends a request whose body stands still. The SDK's blocking clients wait for a connection to take more for as
 * long as the whole attempt may last, which for a body of many bytes over a slow connection is minutes.
 */
final class WatchedHttpClient implements SdkHttpClient {

    private static final int LOOKS = 4;

    private final SdkHttpClient client;
    private final Duration silence;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "s3-upload-watch");
        thread.setDaemon(true);
        return thread;
    });

    /** @param silence how long a body may stand still */
    WatchedHttpClient(SdkHttpClient client, Duration silence) {
        this.client = client;
        this.silence = silence;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return request.contentStreamProvider()
                .map(body -> {
                    BodyProgress progress = new BodyProgress(System::nanoTime);
                    return watched(
                            client.prepareRequest(HttpExecuteRequest.builder()
                                    .request(request.httpRequest())
                                    .contentStreamProvider(() -> progress.of(body.newStream()))
                                    .metricCollector(request.metricCollector().orElse(null))
                                    .build()),
                            progress);
                })
                .orElseGet(() -> client.prepareRequest(request));
    }

    private ExecutableHttpRequest watched(ExecutableHttpRequest request, BodyProgress progress) {
        return new ExecutableHttpRequest() {
            private volatile boolean isEnded;
            /** Not the thread that looks: an end may take its time, and the others' bodies have to be looked at meanwhile. */
            private Thread end;

            @Override
            public HttpExecuteResponse call() throws IOException {
                long every = silence.toMillis() / LOOKS;
                Future<?> watch = looks.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
                try {
                    return request.call();
                } catch (IOException e) {
                    throw isEnded ? stoodStill(e) : e;
                } finally {
                    watch.cancel(false);
                }
            }

            private void look() {
                if (progress.standsFor(silence)) {
                    isEnded = true;
                    if (end == null || !end.isAlive()) {
                        end = new Thread(request::abort, "s3-upload-end");
                        end.setDaemon(true);
                        end.start();
                    }
                }
            }

            @Override
            public void abort() {
                request.abort();
            }
        };
    }

    private IOException stoodStill(IOException cut) {
        IOException timeout =
                new SocketTimeoutException("nothing more of it went out for " + silence.toSeconds() + " s");
        timeout.addSuppressed(cut);
        return timeout;
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        looks.shutdownNow();
        client.close();
    }
}
