package io.saddle.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once every component is at work. */
@Readiness
@ApplicationScoped
public class ServiceReadiness implements HealthCheck {

    private final ServiceLifecycle lifecycle;

    public ServiceReadiness(ServiceLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("components")
                .status(lifecycle.isReady())
                .build();
    }
}
