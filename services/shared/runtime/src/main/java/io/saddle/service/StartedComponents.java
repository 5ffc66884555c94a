package io.saddle.service;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service's components that have begun, in the order of their start. Thread-safe; questions are answered while one stops. */
final class StartedComponents {

    private final List<ServiceComponent> started = new CopyOnWriteArrayList<>();
    private boolean stopping;

    /**
     * Starts one more; none once they were stopped.
     *
     * @throws Exception that of the component
     */
    void start(ServiceComponent component) throws Exception {
        synchronized (started) {
            if (stopping) {
                throw new InterruptedException(
                        "stopped before the start of " + component.getClass().getSimpleName());
            }
            started.add(component);
        }
        component.start();
    }

    /** Stops them in reverse order. */
    void stop() {
        synchronized (started) {
            stopping = true;
        }
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).stop();
        }
    }

    boolean areReady() {
        return started.stream().allMatch(ServiceComponent::isReady);
    }

    /** What keeps components from their work. */
    List<String> obstacles() {
        return started.stream()
                .flatMap(component -> component.obstacle().stream())
                .toList();
    }
}
