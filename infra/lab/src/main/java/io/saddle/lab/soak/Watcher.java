package io.saddle.lab.soak;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Watches a run's events as a browser does: counts them, and asks again when it is cut off. */
final class Watcher implements AutoCloseable {

    private static final long BEFORE_ASKING_AGAIN_MILLIS = 200;

    private final HttpClient http;
    private final HttpRequest request;
    private final boolean stalled;
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong cutOff = new AtomicLong();
    private volatile Flow.Subscription current;
    private volatile boolean closed;

    /** @param stalled keeps the connection open and reads nothing from it, as a browser that sleeps */
    Watcher(HttpClient http, URI events, boolean stalled) {
        this.http = http;
        this.request = HttpRequest.newBuilder(events)
                .header("Accept", "text/event-stream")
                .build();
        this.stalled = stalled;
        ask();
    }

    long events() {
        return events.get();
    }

    /** The number of times that the console, or the network, ended the stream. */
    long cutOff() {
        return cutOff.get();
    }

    private void ask() {
        http.sendAsync(request, BodyHandlers.fromLineSubscriber(new Lines())).whenComplete((answer, failure) -> {
            if (!closed) {
                cutOff.incrementAndGet();
                CompletableFuture.delayedExecutor(BEFORE_ASKING_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(this::ask);
            }
        });
    }

    private final class Lines implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            current = subscription;
            subscription.request(stalled ? 1 : Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (line.startsWith("event:")) {
                events.incrementAndGet();
            }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    @Override
    public void close() {
        closed = true;
        if (current != null) {
            current.cancel();
        }
    }
}
