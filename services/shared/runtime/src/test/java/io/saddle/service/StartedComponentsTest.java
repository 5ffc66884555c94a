package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StartedComponentsTest {

    private final List<String> stopped = new ArrayList<>();
    private final StartedComponents components = new StartedComponents();

    private ServiceComponent component(String name, Runnable whileItStops) {
        return new ServiceComponent() {
            @Override
            public void start() {}

            @Override
            public void stop() {
                whileItStops.run();
                stopped.add(name);
            }

            @Override
            public Optional<String> obstacle() {
                return Optional.of(name + " is in the way");
            }
        };
    }

    @Test
    void theLastIsStoppedFirst() throws Exception {
        components.start(component("a", () -> {}));
        components.start(component("b", () -> {}));
        components.stop();
        assertEquals(List.of("b", "a"), stopped);
    }

    /** The probe hung with it, for as long as an evaluation was waited for. */
    @Test
    void obstaclesAreSaidWhileAComponentTakesLongToStop() throws Exception {
        CountDownLatch stops = new CountDownLatch(1);
        CountDownLatch mayStop = new CountDownLatch(1);
        components.start(component("a", () -> {
            stops.countDown();
            uninterrupted(mayStop);
        }));
        CompletableFuture<Void> end = CompletableFuture.runAsync(components::stop);
        stops.await();
        assertEquals(
                List.of("a is in the way"), assertTimeoutPreemptively(Duration.ofSeconds(30), components::obstacles));
        mayStop.countDown();
        end.get();
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingIsStartedThatNobodyWouldStop() throws Exception {
        components.stop();
        assertThrows(InterruptedException.class, () -> components.start(component("late", () -> {})));
        assertEquals(List.of(), components.obstacles());
    }
}
